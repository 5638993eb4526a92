import { expect, test } from 'vitest';
import { html, page, table } from './page.js';

test('texts are escaped, pieces of HTML are not', () => {
  const name = '<img src=x onerror="alert(1)">.png';
  expect(html`<b>${name}</b>${html`<i>${1}</i>`}`.html).toBe(
    '<b>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;.png</b><i>1</i>',
  );
});

test('a page is one whole document that needs no other file', () => {
  const text = new TextDecoder().decode(page('Title', 'lead', [table(['a'], [[0.5]])]));
  expect(text).toMatch(/^<!doctype html>/);
  expect(text).toContain('<td class="n">0.500</td>');
  expect(text).not.toMatch(/(src|href)="(?!data:)/);
});
