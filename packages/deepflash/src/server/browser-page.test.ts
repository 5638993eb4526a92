import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { browserPage } from './browser-page.js';

const folder = dirname(createRequire(import.meta.url).resolve('@deepflash/browser/package.json'));
const answer = (path: string): Promise<Response> => browserPage()({ req: { path } });

test.skipIf(!existsSync(join(folder, 'dist', 'index.html')))(
  'the page comes isolated, and its WebAssembly with its type',
  async () => {
    const page = await answer('/browser/');
    expect(await page.text()).toContain('deepflash in the browser');
    expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    const wasm = await answer('/browser/ort/ort-wasm-simd-threaded.wasm');
    expect(wasm.headers.get('content-type')).toBe('application/wasm');
  },
);

test.each([
  '/browser/../package.json',
  '/browser/%2e%2e/package.json',
  '/browser/assets',
  '/browser/none.js',
])('nothing else is given: %s', async (path) => {
  expect((await answer(path)).status).toBe(404);
});
