#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
/** Serves the built page to this computer alone, isolated, so that WebAssembly may use threads. */
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('./dist', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** @param {number} port 0: any that is free */
export function servePage(port = 0) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const file = join(root, path.endsWith(sep) ? join(path, 'index.html') : path);
    const content = file.startsWith(root + sep) ? await readFile(file).catch(() => null) : null;
    response.writeHead(content === null ? 404 : 200, {
      'Content-Type': content === null ? 'text/plain' : (types[extname(file)] ?? 'application/octet-stream'),
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    response.end(content ?? 'There is nothing at this address.');
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = `http://127.0.0.1:${server.address().port}/`;
      resolve({ address, close: () => new Promise((done) => server.close(done)) });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { address } = await servePage(Number(process.argv[2] ?? 8080));
  process.stdout.write(`Open ${address} in a browser; Ctrl-C ends.\n`);
}
