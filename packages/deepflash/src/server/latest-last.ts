/** The order of trainings and predictions: what was begun last is the last, whatever its name. */
import { open, stat } from 'node:fs/promises';
import { clusterFiles } from '../cluster/layout.js';
import { eventFiles, eventsIn } from '../runs/events.js';
import { predictionFiles, runFiles } from '../runs/layout.js';

/** @param begun when one was, in milliseconds */
export async function latestLast(
  names: readonly string[],
  begun: (name: string) => Promise<number>,
): Promise<string[]> {
  const timed = await Promise.all(names.map(async (name) => ({ name, at: await begun(name) })));
  return timed.sort((a, b) => a.at - b.at || BY_NUMBER.compare(a.name, b.name)).map(({ name }) => name);
}

/** `training-9` comes before `training-10`. */
const BY_NUMBER = new Intl.Collator('en', { numeric: true });

/** When runs were begun by their first event, which does not change as long as the run stays the same one. */
const known = new Map<string, { readonly config: number; readonly begun: number }>();

/** When a training was begun: by its first event, which a copy of the folder keeps; without one by its files. */
export async function runBegun(path: string): Promise<number> {
  const { config, events } = runFiles(path);
  const made = await firstTime([config, path]);
  const before = known.get(path);
  if (before?.config === made) return before.begun;
  const times = await Promise.all(eventFiles(events).map(firstEvent));
  const begun = Math.min(...times.filter((time) => time !== undefined));
  if (begun === Number.POSITIVE_INFINITY) return made;
  known.set(path, { config: made, begun });
  return begun;
}

/** When a prediction was begun, by its files: what is written into them later does not count. */
export function predictionBegun(path: string): Promise<number> {
  return firstTime([path, predictionFiles(path).log, clusterFiles(path).submission]);
}

/** The first time that is known of files; 0 where none is there. Not all file systems keep when a file was made. */
async function firstTime(paths: readonly string[]): Promise<number> {
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  const times = found.flatMap((file) => (file === undefined ? [] : [file.birthtimeMs, file.mtimeMs]));
  const real = times.filter((time) => time > 0);
  return real.length === 0 ? 0 : Math.min(...real);
}

/** Bytes in which the first event of a file is looked for. */
const HEAD = 2 ** 14;

async function firstEvent(file: string): Promise<number | undefined> {
  const handle = await open(file).catch(() => undefined);
  try {
    const bytes = await handle?.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    const [first] = eventsIn(bytes?.buffer.toString('utf8', 0, bytes.bytesRead) ?? '');
    const time = Date.parse(first?.time ?? '');
    return Number.isNaN(time) ? undefined : time;
  } finally {
    await handle?.close();
  }
}
