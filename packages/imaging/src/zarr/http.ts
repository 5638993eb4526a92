import { ImageFileError } from '../errors.js';
import type { ZarrStore } from './store.js';

const PATIENCE = 60_000;
const LARGEST_ANSWER = 2 ** 30;

/** The address of a folder on a web server as a Zarr store. 404 is a key without a value, as 403 is in S3. */
export function httpStore(address: string): ZarrStore {
  const base = new URL(address);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const fetchPart = async (key: string, range?: string) => {
    const url = new URL(base);
    url.pathname += key.slice(1).split('/').map(encodeURIComponent).join('/');
    const file = url.href;
    let response: Response;
    try {
      response = await fetch(url, {
        ...(range === undefined ? {} : { headers: { Range: `bytes=${range}` } }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.status === 404 || response.status === 403) {
        await response.body?.cancel();
        return undefined;
      }
      if (response.ok) return { bytes: await bodyOf(response, file), partial: response.status === 206 };
    } catch (error) {
      throw error instanceof ImageFileError ? error : unreachable(file, error);
    }
    await response.body?.cancel();
    throw new ImageFileError({
      file,
      problem: `was refused by its server (${response.status} ${response.statusText})`,
      remedy: 'check the address, and whether it may be read without logging in',
    });
  };
  return {
    get: async (key) => (await fetchPart(key))?.bytes,
    async getRange(key, range) {
      const start = 'offset' in range ? range.offset : -range.suffixLength;
      const end = 'offset' in range ? range.offset + range.length : undefined;
      const answer = await fetchPart(key, end === undefined ? `${start}` : `${start}-${end - 1}`);
      // A server that knows no ranges sends the whole.
      return answer?.partial ? answer.bytes : answer?.bytes.slice(start, end);
    },
  };
}

async function bodyOf(response: Response, file: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > LARGEST_ANSWER) {
      throw new ImageFileError({
        file,
        problem: 'is more than 1 GB in a single chunk',
        remedy: 'save it with smaller chunks, for example of 1024 x 1024 pixels',
      });
    }
    pieces.push(piece);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function unreachable(file: string, error: unknown): ImageFileError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ImageFileError(
    {
      file,
      problem: `cannot be fetched (${reason || 'the connection failed'})`,
      remedy: 'check the address and the connection, then try again',
    },
    error,
  );
}
