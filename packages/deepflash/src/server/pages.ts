/** The built pages of the studio, under all addresses that are nothing else. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { liesWithin } from '../ground-truth/expert-folders.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The built pages of the package studio; addresses within the pages get the first one. */
export function pages() {
  const root = join(
    dirname(createRequire(import.meta.url).resolve('@deepflash/studio/package.json')),
    'dist',
  );
  return async ({ req }: { req: { path: string } }): Promise<Response> => {
    const asked = join(root, decodeURIComponent(req.path));
    const isFile = extname(asked) !== '' && liesWithin(asked, root) && existsSync(asked);
    const file = isFile ? asked : join(root, 'index.html');
    if (!existsSync(file))
      return new Response('The pages are not built: run npm run build.', { status: 500 });
    return new Response(new Uint8Array(await readFile(file)), {
      headers: {
        'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
        'Content-Security-Policy':
          "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'",
        'Cache-Control': file.includes('assets') ? 'max-age=31536000, immutable' : 'no-cache',
      },
    });
  };
}
