/** A report is one HTML file that needs nothing else: styles and pictures are within. */

/** A piece of HTML, so that it is not taken for text. */
export interface Html {
  readonly html: string;
}

/** HTML from a template whose inserted texts and numbers are escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { html: parts.map((part, i) => part + (i < values.length ? render(values[i]) : '')).join('') };
}

export type Content = string | number | Html | readonly Content[] | null | undefined;

/** The whole page. Follows the reader's light or dark theme. */
export function page(title: string, lead: string, sections: readonly Html[]): Uint8Array {
  const { html: text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<header><h1>${title}</h1><p>${lead}</p></header>
<main>${sections}</main>
</body>
</html>
`;
  return new TextEncoder().encode(text);
}

/** A table with a header row; columns of numbers stand on the right. */
export function table(head: readonly string[], rows: readonly (readonly Content[])[]): Html {
  const numeric = head.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const side = (column: number): Html => ({ html: numeric[column] ? ' class="n"' : '' });
  return html`<div class="scroll"><table>
<thead><tr>${head.map((name, column) => html`<th scope="col"${side(column)}>${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((value, column) => html`<td${side(column)}>${shown(value)}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
}

/** Pictures of one thing side by side, each with what it shows. */
export function figure(
  title: string,
  note: string,
  pictures: readonly { readonly uri: string; readonly caption: string }[],
): Html {
  return html`<article><h3>${title}</h3><div class="note"><p>${note}</p><label class="larger"><input type="checkbox"> larger pictures</label></div><div class="row">${pictures.map(
    ({ uri, caption }) =>
      html`<figure><img src="${uri}" alt="${caption} of ${title}" loading="lazy"><figcaption>${caption}</figcaption></figure>`,
  )}</div></article>`;
}

/** A number with three digits after the point; a dash for none. */
export function decimal(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(3);
}

function shown(value: Content): Content {
  return typeof value === 'number' && !Number.isInteger(value) ? decimal(value) : value;
}

function render(value: Content): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
  return 'html' in value ? value.html : value.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const STYLE = `
:root { color-scheme: light dark; --text: #1c2024; --soft: #60646c; --back: #fcfcfd; --card: #ffffff;
  --line: #d9d9e0; --first: #0b68cb; --second: #c2410c; }
@media (prefers-color-scheme: dark) { :root { --text: #edeef0; --soft: #b0b4ba; --back: #111113;
  --card: #18191b; --line: #363a3f; --first: #70b8ff; --second: #ff9b5e; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem 4rem; background: var(--back); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main { max-width: 1180px; margin: 0 auto; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0 0 .15rem; overflow-wrap: anywhere; }
p { margin: 0 0 .6rem; max-width: 75ch; } header p, article p, .soft { color: var(--soft); }
.numbers { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.2rem 0; padding: 0; list-style: none; }
.numbers li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem; min-width: 8rem; }
.numbers strong { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; margin: 0 0 1rem; }
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 560px)); gap: 1rem; }
.row { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .8rem; }
.note { display: flex; gap: 1.5rem; justify-content: space-between; align-items: baseline; }
.larger { white-space: nowrap; font-size: .85rem; color: var(--soft); cursor: pointer; }
article:has(.larger :checked) .row { grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
article:has(.larger :checked) img { image-rendering: pixelated; } article p { max-width: none; }
figure { margin: 0; } img { width: 100%; height: auto; display: block; border-radius: 4px; background: #000; }
figcaption { font-size: .85rem; color: var(--soft); margin-top: .25rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; width: 100%; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; } td { overflow-wrap: anywhere; }
td:first-child { overflow-wrap: break-word; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font-size: 11px; }
svg .axis { stroke: var(--line); } svg .loss { stroke: var(--first); } svg .dice { stroke: var(--second); }
svg path { fill: none; stroke-width: 1.6; } svg circle { fill: var(--second); }
details { margin: 1rem 0; } summary { cursor: pointer; }
`;
