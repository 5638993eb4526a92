/** Image files that stay open for a while: windows come one after the other, and a PNG is unpacked whole when it is opened. */
import { stat } from 'node:fs/promises';
import type { ImageSource } from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';

export interface OpenImages {
  /** Does something with an image, which stays open until then and somewhat longer. Throws an ImageFileError for one that cannot be read. */
  use<T>(path: string, work: (source: ImageSource) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Images that are open at once, unless more are in use; and milliseconds without use until one is closed. */
const MOST = 3;
const IDLE = 10_000;

interface Opened {
  readonly changed: number;
  readonly source: Promise<ImageSource>;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

export function openImages(): OpenImages {
  /** The one that was used last is the last. */
  const opened = new Map<string, Opened>();

  const drop = (path: string, one: Opened): void => {
    if (opened.get(path) === one) opened.delete(path);
    clearTimeout(one.timer);
    // What could not be opened needs no closing.
    if (one.users === 0) one.source.then((source) => source.close()).catch(() => undefined);
  };

  async function take(path: string): Promise<Opened> {
    const changed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    const known = opened.get(path);
    if (known !== undefined && known.changed === changed) {
      opened.delete(path);
      opened.set(path, known);
      return known;
    }
    if (known !== undefined) drop(path, known);
    const one: Opened = { changed, source: openImageFile(path), users: 0, timer: undefined };
    opened.set(path, one);
    for (const [other, old] of opened) {
      if (opened.size <= MOST) break;
      if (old.users === 0 && old !== one) drop(other, old);
    }
    return one;
  }

  return {
    async use(path, work) {
      const one = await take(path);
      one.users += 1;
      clearTimeout(one.timer);
      try {
        return await work(await one.source);
      } catch (error) {
        if (opened.get(path) === one) opened.delete(path);
        throw error;
      } finally {
        one.users -= 1;
        if (opened.get(path) !== one) drop(path, one);
        else if (one.users === 0) one.timer = setTimeout(() => drop(path, one), IDLE).unref();
      }
    },
    async close() {
      for (const [path, one] of opened) drop(path, one);
    },
  };
}
