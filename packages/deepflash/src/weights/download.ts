/**
 * Downloads one file whole or not at all.
 *
 * A question ahead (HEAD) tells size and sha256: the Hugging Face Hub says them in `X-Linked-Size` and `X-Linked-Etag` of
 * its own answer, before it redirects to the server that holds the bytes. These go to a `.part` file named by that hash;
 * when the connection breaks, now or in an earlier process, the rest is asked for by `Range`. The file takes its name
 * only when its size and hash are right.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../errors.js';
import { withLock } from './lock.js';
import { causeCode, DownloadError, PassingError, send } from './requests.js';

export interface DownloadProgress {
  /** Bytes that are there. */
  readonly done: number;
  /** Bytes in all; null while unknown. */
  readonly total: number | null;
}

export interface DownloadOptions {
  readonly url: string;
  /** Path of the file. Its folder is made where it is missing. */
  readonly to: string;
  /** Sent to the url's own host only. */
  readonly token?: string | undefined;
  /** Expected, in hexadecimal digits. Without it, what the server says counts. */
  readonly sha256?: string | undefined;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Seconds to wait before each further attempt; an attempt that got further than all before starts over with them. */
  readonly waits?: readonly number[];
  /** Seconds without a byte after which a connection counts as broken. */
  readonly patience?: number;
}

/** Downloads a file unless it is there. Other processes that want the same one wait. Throws a DownloadError. */
export async function download(options: DownloadOptions): Promise<void> {
  const { to } = options;
  if (existsSync(to)) return;
  await mkdir(dirname(to), { recursive: true });
  await withLock(`${to}.lock`, async () => {
    if (!existsSync(to)) await persistently(options);
  });
}

/** Attempts until one succeeds, or several in a row got no further. */
async function persistently(options: DownloadOptions): Promise<void> {
  const { url, waits = [1, 2, 4, 8, 16] } = options;
  const reached = { bytes: 0 };
  let farthest = 0;
  let failures = 0;
  for (;;) {
    try {
      return await attempt(options, reached);
    } catch (error) {
      if (!(error instanceof PassingError)) throw error;
      failures = reached.bytes > farthest ? 1 : failures + 1;
      farthest = Math.max(farthest, reached.bytes);
      const offline = error.unreachable && farthest === 0;
      const wait = waits[failures - 1];
      // Who is offline need not wait long to be told so.
      if (wait === undefined || (offline && failures > 1)) {
        throw new DownloadError(offline ? 'offline' : 'failed', url, error.message);
      }
      await sleep(1000 * Math.max(wait, error.retryAfter));
    }
  }
}

/** What is to be had, as far as the server says. */
interface Expected {
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly etag: string | null;
}

async function attempt(options: DownloadOptions, reached: { bytes: number }): Promise<void> {
  const expected = await ask(options);
  const identity = (expected.sha256 ?? expected.etag ?? '').replace(/\W/g, '').slice(0, 16);
  const part = join(dirname(options.to), `.${basename(options.to)}.${identity}.part`);
  await receive(options, expected, part, reached);
  await check(options, expected, part);
  await rename(part, options.to);
}

async function ask({ url, token, sha256, patience = 30 }: DownloadOptions): Promise<Expected> {
  let linked: { bytes: number | null; sha256: string | null } = { bytes: null, sha256: null };
  const response = await send({
    method: 'HEAD',
    url,
    token,
    headers: identityOnly,
    signal: AbortSignal.timeout(patience * 1000),
    onHop({ headers }) {
      linked = {
        bytes: linked.bytes ?? natural(headers.get('x-linked-size')),
        sha256: linked.sha256 ?? sha256In(headers.get('x-linked-etag')),
      };
      return linked.bytes !== null && linked.sha256 !== null;
    },
  });
  const length = response.status === 200 ? natural(response.headers.get('content-length')) : null;
  return {
    bytes: linked.bytes ?? length,
    sha256: sha256 ?? linked.sha256,
    etag: response.headers.get('etag'),
  };
}

const identityOnly = { 'accept-encoding': 'identity' };

function natural(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

function sha256In(etag: string | null): string | null {
  return /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(etag ?? '')?.[1]?.toLowerCase() ?? null;
}

/** Brings the part to its full length. */
async function receive(
  { url, token, onProgress, patience = 30 }: DownloadOptions,
  { bytes }: Expected,
  part: string,
  reached: { bytes: number },
): Promise<void> {
  // Without a length there is no telling whether a part is one of this very file.
  const present = bytes === null ? 0 : await sizeOf(part);
  reached.bytes = Math.max(reached.bytes, present);
  if (bytes !== null && present === bytes) return;
  if (bytes !== null && present > bytes) return restart(part, 'more bytes were there than the file has');
  const silence = new AbortController();
  const watch = setTimeout(() => silence.abort(), patience * 1000);
  try {
    const range = present > 0 ? { range: `bytes=${present}-` } : {};
    const headers = { ...identityOnly, ...range };
    const response = await send({ method: 'GET', url, token, headers, signal: silence.signal });
    const offset = response.status === 206 ? present : 0;
    const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
    if (response.status === 206 && Number(start) !== present) {
      await response.body?.cancel();
      return restart(part, 'the server sent another part than was asked for');
    }
    const handle = await open(part, offset > 0 ? 'r+' : 'w');
    try {
      let position = offset;
      for await (const chunk of response.body ?? []) {
        watch.refresh();
        if (bytes !== null && position + chunk.byteLength > bytes) {
          await handle.truncate(0);
          throw new PassingError(`the server sent more than the ${bytes} bytes of the file`);
        }
        await writeAll(handle, chunk, position);
        position += chunk.byteLength;
        reached.bytes = Math.max(reached.bytes, position);
        onProgress?.({ done: position, total: bytes });
      }
      await handle.sync();
      if (bytes !== null && position < bytes) {
        throw new PassingError(`the connection ended after ${position} of ${bytes} bytes`);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof PassingError || error instanceof DownloadError || isLocal(error)) throw error;
    throw new PassingError(`the connection broke (${silence.signal.aborted ? 'silence' : causeCode(error)})`);
  } finally {
    clearTimeout(watch);
  }
}

/** Throws the bytes away that are there, for the next attempt. */
async function restart(part: string, problem: string): Promise<never> {
  await rm(part, { force: true });
  throw new PassingError(problem);
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done, position + done);
    done += bytesWritten;
  }
}

/** What a disk says when it is written to, without the path of the file. */
const DISK = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EIO']);

/** Whether a failure is of this machine's disk, which names the system call. */
function isLocal(error: unknown): boolean {
  if (!(error instanceof Error && 'syscall' in error) || ('cause' in error && error.cause)) return false;
  return 'path' in error || DISK.has(systemCode(error));
}

/** Compares with the hash that is expected, and throws away what is not it. */
async function check({ url }: DownloadOptions, { sha256 }: Expected, part: string): Promise<void> {
  if (sha256 === null) return;
  const found = await sha256OfFile(part);
  if (found === sha256.toLowerCase()) return;
  await rm(part, { force: true });
  throw new DownloadError(
    'damaged',
    url,
    `what came has the sha256 ${found.slice(0, 12)}… instead of ${sha256.slice(0, 12)}…`,
  );
}

/** In hexadecimal digits. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  return existsSync(path) ? (await stat(path)).size : 0;
}
