import { createServer, type RequestListener } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { filesOf } from '../../fixtures/zarr/stores.js';
import { ImageFileError } from '../errors.js';
import { openImageFile } from '../node.js';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The address of a server with the given answers. */
function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/a%20b/picture.zarr`);
    });
  });
}

function fileServer(name: string, ranges: 'ranges' | 'whole files'): RequestListener {
  const files = filesOf(name);
  return (request, response) => {
    const key = decodeURIComponent((request.url ?? '').replace(/^\/a%20b\/picture\.zarr\//, ''));
    const bytes = files.get(key);
    if (bytes === undefined) {
      response.writeHead(404).end('<html>not here</html>');
      return;
    }
    const [, start = '', end = ''] = /bytes=(-?\d+)-?(\d*)/.exec(request.headers.range ?? '') ?? [];
    if (start === '' || ranges === 'whole files') response.writeHead(200).end(bytes);
    else response.writeHead(206).end(bytes.subarray(Number(start), end === '' ? undefined : Number(end) + 1));
  };
}

it.each(['ranges', 'whole files'] as const)('reads shards from a server that sends %s', async (ranges) => {
  const source = await openImageFile(await serve(fileServer('v3 sharded yx uint16', ranges)));
  const { data } = await source.readRegion({ x: 20, y: 3, width: 2, height: 1 });
  expect([...data]).toEqual([41, 42]);
});

it('reads version 2', async () => {
  const source = await openImageFile(await serve(fileServer('v2 blosc lz4 tczyx uint16', 'ranges')));
  const { data } = await source.readRegion({ x: 2, y: 1, width: 1, height: 1, frame: 1 });
  expect([...data]).toEqual([1009, 1309]);
});

it.each<[string, RequestListener, RegExp]>([
  ['nothing', (_, response) => response.writeHead(404).end(), /picture\.zarr is no Zarr store/],
  ['a failure', (_, response) => response.writeHead(500).end(), /zarr\.json was refused .*500/],
  ['a page', (_, response) => response.end('<html></html>'), /zarr\.json is damaged/],
  [
    'half',
    (request, response) =>
      response.writeHead(200, { 'content-length': 99 }).write('{"a', () => request.socket.destroy()),
    /zarr\.json cannot be fetched/,
  ],
  ['no answer', (request) => request.destroy(), /zarr\.json cannot be fetched/],
])('names the address when the server sends %s', async (_, listener, message) => {
  const address = await serve(listener);
  const opening = openImageFile(address);
  await expect(opening).rejects.toThrow(ImageFileError);
  await expect(opening).rejects.toThrow(message);
});

it('names the address when nobody listens', async () => {
  await expect(openImageFile('http://127.0.0.1:1/x.zarr')).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:1\/x\.zarr\/zarr\.json cannot be fetched/,
  );
});

it('names the chunk when a page comes in its place', async () => {
  const files = fileServer('v2 blosc lz4 tczyx uint16', 'ranges');
  const address = await serve((request, response) => {
    if (/\/0\/\d/.test(request.url ?? '')) response.end('<html>please log in</html>'.repeat(9));
    else files(request, response);
  });
  const source = await openImageFile(address);
  await expect(source.readRegion({ x: 0, y: 0, width: 1, height: 1 })).rejects.toThrow(
    /picture\.zarr\/0, chunk 0\/[01]\/0\/0\/0, is damaged/,
  );
});
