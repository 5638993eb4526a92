/** The events of runs that are looked at again and again, as a page looks at a training: only what was added is read. */
import { type FileHandle, open } from 'node:fs/promises';
import { systemCode } from '../errors.js';
import { eventFiles, eventsIn, inOrder, type LoggedEvent } from './events.js';

export interface FollowedEvents {
  /** The events of a run, as `readEvents` gives them. */
  read(path: string): Promise<LoggedEvent[]>;
}

/** Runs of which the events stay in memory; of the others they are read anew. */
const MOST_RUNS = 4;

/** Bytes that are read and parsed at a time; other work goes on in between. */
const PIECE = 2 ** 17;

export function followEvents(): FollowedEvents {
  /** What is known of the files of each run; the one that was read last is the last. */
  const runs = new Map<string, Map<string, Promise<Reading>>>();
  return {
    async read(path) {
      const before = runs.get(path);
      runs.delete(path);
      const readings = new Map(
        eventFiles(path).map((file) => [file, readOn(file, before?.get(file) ?? Promise.resolve(NOTHING))]),
      );
      runs.set(path, readings);
      for (const other of runs.keys()) if (runs.size > MOST_RUNS) runs.delete(other);
      const files = await Promise.all(readings.values());
      return inOrder(files.map(({ events, count, last }) => [...events.slice(0, count), ...last]));
    },
  };
}

/** How far a file is read. */
interface Reading {
  /** Which file it was: another one may be put in its place. */
  readonly file: string;
  /** Bytes of the whole lines that are read, and the last of these bytes. */
  readonly end: number;
  readonly tail: Buffer;
  /** What they tell: so many of these, to which the reading that follows adds. */
  readonly events: LoggedEvent[];
  readonly count: number;
  /** What the line after them tells, that may not be whole yet. */
  readonly last: readonly LoggedEvent[];
}

const NOTHING: Reading = { file: '', end: 0, tail: Buffer.alloc(0), events: [], count: 0, last: [] };

/** So many of the last bytes tell whether a file is still the one that was read. */
const TAIL = 256;

/** Reads on from where the reading before has ended, or from the start where that one failed or was of another content. */
async function readOn(path: string, before: Promise<Reading>): Promise<Reading> {
  const known = await before.catch(() => NOTHING);
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch (error) {
    // It was removed in the meantime.
    if (systemCode(error) === 'ENOENT') return NOTHING;
    throw error;
  }
  try {
    const { size, dev, ino } = await handle.stat();
    const file = `${dev}:${ino}`;
    const goesOn = known.file === file && size >= known.end && (await isTail(handle, known));
    const events = goesOn ? known.events : [];
    let { end, tail } = goesOn ? known : NOTHING;
    let rest = Buffer.alloc(0);
    for (let at = end; at < size; ) {
      const piece = await bytesAt(handle, at, Math.min(PIECE, size - at));
      if (piece.length === 0) break;
      at += piece.length;
      const all = Buffer.concat([rest, piece]);
      const lines = all.subarray(0, all.lastIndexOf(NEW_LINE) + 1);
      rest = all.subarray(lines.length);
      if (lines.length === 0) continue;
      for (const event of eventsIn(lines.toString('utf8'))) events.push(event);
      end += lines.length;
      tail = Buffer.from(Buffer.concat([tail, lines]).subarray(-TAIL));
    }
    return { file, end, tail, events, count: events.length, last: eventsIn(rest.toString('utf8')) };
  } finally {
    await handle.close();
  }
}

const NEW_LINE = 0x0a;

async function isTail(handle: FileHandle, { end, tail }: Reading): Promise<boolean> {
  return (await bytesAt(handle, end - tail.length, tail.length)).equals(tail);
}

async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}
