/** The page that computes in the browser, under an address of the studio. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { liesWithin } from '../ground-truth/expert-folders.js';

export const BROWSER_PAGE = '/browser/';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** Isolated, so that WebAssembly may use threads, and with leave to compile it. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' data: blob:; frame-ancestors 'none'",
};

/** Answers requests below `BROWSER_PAGE` with the files of the package browser. */
export function browserPage() {
  const root = join(
    dirname(createRequire(import.meta.url).resolve('@deepflash/browser/package.json')),
    'dist',
  );
  return async ({ req }: { req: { path: string } }): Promise<Response> => {
    const asked = decodeURIComponent(req.path).slice(BROWSER_PAGE.length);
    const file = join(root, asked === '' ? 'index.html' : asked);
    if (!liesWithin(file, root) || !existsSync(file) || extname(file) === '')
      return new Response('There is nothing at this address.', { status: 404 });
    return new Response(new Uint8Array(await readFile(file)), {
      headers: {
        ...HEADERS,
        'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
        'Cache-Control': file.includes('assets') ? 'max-age=31536000, immutable' : 'no-cache',
      },
    });
  };
}
