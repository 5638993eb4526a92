/** Against servers of our own that misbehave as real ones do. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type DownloadOptions, download } from './download.js';
import { DownloadError } from './requests.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const content = Buffer.from(
  Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) & 255),
);
const sha256 = createHash('sha256').update(content).digest('hex');
const closing: (() => void)[] = [];
let files = 0;

afterEach(() => {
  for (const close of closing.splice(0)) close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A server on a free port; the handler is told how many requests of the method came before. */
async function serve(handler: Handler): Promise<string> {
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const method = request.method ?? '';
    const count = counts.get(method) ?? 0;
    counts.set(method, count + 1);
    handler(request, response, count);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const linked = { 'x-linked-size': String(content.length), 'x-linked-etag': `"${sha256}"` };

/** Answers as the servers that hold the hub's bytes do, from the place that is asked for. */
function sendContent(request: IncomingMessage, response: ServerResponse, bytes: Buffer = content): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': bytes.length - start,
    ...(start > 0 ? { 'content-range': range } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes.subarray(start));
}

/** Sends only the first bytes of what is left, and cuts the connection. */
function breakAfter(length: number, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': content.length - start,
    ...(start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
  });
  response.write(content.subarray(start, start + length), () => setTimeout(() => response.destroy(), 30));
}

function options(url: string): DownloadOptions & { readonly to: string } {
  return { url, to: join(folder, `file-${files++}`), waits: [0.01, 0.01, 0.01], patience: 2 };
}

const leftovers = () => readdirSync(folder).filter((name) => /part|lock/.test(name));

test('a file arrives whole, with its progress, and is not asked for again', async () => {
  let requests = 0;
  const url = await serve((request, response) => {
    requests++;
    sendContent(request, response);
  });
  const progress: number[] = [];
  const wanted = { ...options(url), onProgress: ({ done }: { done: number }) => progress.push(done) };
  await download(wanted);
  await download(wanted);
  expect(readFileSync(wanted.to).equals(content)).toBe(true);
  expect(progress.at(-1)).toBe(content.length);
  expect(requests).toBe(2);
  expect(leftovers()).toEqual([]);
});

test('a connection that breaks again and again is taken up where it ended', async () => {
  const ranges: (string | undefined)[] = [];
  const url = await serve((request, response, count) => {
    if (request.method === 'HEAD') return sendContent(request, response);
    ranges.push(request.headers.range);
    if (count < 5) breakAfter(50_000, request, response);
    else sendContent(request, response);
  });
  const wanted = options(url);
  await download(wanted);
  expect(readFileSync(wanted.to).equals(content)).toBe(true);
  expect(ranges.slice(1).every((range) => Number(range?.slice(6, -1)) > 0)).toBe(true);
});

test('a download that was given up goes on in the next one', async () => {
  const url = await serve((request, response, count) => {
    if (request.method === 'HEAD') return sendContent(request, response);
    if (count === 0) breakAfter(100_000, request, response);
    else if (count < 3) response.writeHead(503).end();
    else sendContent(request, response, content);
  });
  const wanted = { ...options(url), waits: [0.01] };
  await expect(download(wanted)).rejects.toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('503'),
  });
  expect(existsSync(wanted.to)).toBe(false);
  let first = 0;
  await download({ ...wanted, onProgress: ({ done }) => (first ||= done) });
  expect(first).toBeGreaterThan(50_000);
  expect(readFileSync(wanted.to).equals(content)).toBe(true);
});

test('a server that cannot give parts is asked for the whole again, but not for ever', async () => {
  const url = await serve((request, response) => {
    if (request.method === 'HEAD') return sendContent(request, response);
    delete request.headers.range;
    breakAfter(50_000, request, response);
  });
  await expect(download(options(url))).rejects.toBeInstanceOf(DownloadError);
});

test.each([
  ['less', content.subarray(0, 200_000), /ended after 200000 of 300000 bytes/],
  ['more', Buffer.concat([content, content]), /more than the 300000 bytes/],
])('a server that sends %s than it said is not believed', async (_, bytes, message) => {
  const url = await serve((request, response) => {
    if (request.method === 'HEAD') response.writeHead(200, linked).end();
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  });
  const wanted = options(url);
  await expect(download(wanted)).rejects.toThrow(message);
  expect(existsSync(wanted.to)).toBe(false);
});

test('bytes with another hash are thrown away', async () => {
  const other = Buffer.from(content).fill(7, 1000, 1001);
  const url = await serve((request, response) => {
    if (request.method === 'HEAD') response.writeHead(200, linked).end();
    else sendContent(request, response, other);
  });
  const wanted = options(url);
  await expect(download(wanted)).rejects.toMatchObject({ kind: 'damaged' });
  expect(existsSync(wanted.to)).toBe(false);
  const pinned = options(await serve((request, response) => sendContent(request, response)));
  await expect(download({ ...pinned, sha256: '0'.repeat(64) })).rejects.toMatchObject({ kind: 'damaged' });
});

test('what is not there is not asked for twice', async () => {
  let requests = 0;
  const url = await serve((_, response) => {
    requests++;
    response.writeHead(404).end();
  });
  await expect(download(options(url))).rejects.toMatchObject({ kind: 'missing' });
  expect(requests).toBe(1);
});

test('a secret goes to the hub, and not to the server to which the hub redirects', async () => {
  const seen: Record<string, (string | undefined)[]> = { hub: [], store: [] };
  const store = await serve((request, response) => {
    seen.store?.push(request.headers.authorization);
    sendContent(request, response);
  });
  const hub = await serve((request, response) => {
    seen.hub?.push(request.headers.authorization);
    response.writeHead(302, { location: `${store}/bytes?signature=1`, ...linked }).end();
  });
  const wanted = options(`${hub}/owner/name/resolve/main/model.safetensors`);
  await download({ ...wanted, token: 'secret' });
  expect(readFileSync(wanted.to).equals(content)).toBe(true);
  expect(seen).toEqual({ hub: ['Bearer secret', 'Bearer secret'], store: [undefined] });
});

test('redirects in circles and silence end', async () => {
  const circle = await serve((_, response) => response.writeHead(307, { location: '/again' }).end());
  await expect(download(options(circle))).rejects.toThrow(/circles/);
  const silent = await serve((request, response) => {
    if (request.method === 'HEAD') sendContent(request, response);
    else response.writeHead(200).write('a');
  });
  await expect(download({ ...options(silent), patience: 0.1, waits: [0.01] })).rejects.toThrow(/silence/);
});

test('without a server it is told soon', async () => {
  const url = await serve(() => undefined);
  for (const close of closing.splice(0)) close();
  const nobody = options(url);
  await expect(download({ ...nobody, waits: [0.01, 60, 60] })).rejects.toMatchObject({ kind: 'offline' });
});

test('several that want the same file at once download it once', async () => {
  let gets = 0;
  const url = await serve((request, response) => {
    if (request.method === 'GET') gets++;
    setTimeout(() => sendContent(request, response), 50);
  });
  const wanted = options(url);
  await Promise.all([download(wanted), download(wanted), download(wanted)]);
  expect(gets).toBe(1);
  expect(readFileSync(wanted.to).equals(content)).toBe(true);
  expect(leftovers().filter((name) => name.includes('lock'))).toEqual([]);
});

test.runIf(existsSync('/dev/full'))('a full disk is no broken connection', async () => {
  const url = await serve((request, response) => sendContent(request, response));
  const wanted = options(url);
  const part = join(dirname(wanted.to), `.${basename(wanted.to)}.${sha256.slice(0, 16)}.part`);
  symlinkSync('/dev/full', part);
  await expect(download({ ...wanted, sha256 })).rejects.toMatchObject({ code: 'ENOSPC' });
});
