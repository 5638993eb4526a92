import { ImageFileError } from '../errors.js';
import type { ByteSource } from '../source/byte-source.js';
import { openTiff } from './directory.js';
import { openPages, type TiffPages } from './page.js';

/** Gives the bytes of a file that lies beside the one that was opened. Throws an ImageFileError where there is none. */
export type Siblings = (name: string) => Promise<ByteSource>;

/** The files that a picture lies in: the one that was opened, and others beside it. */
export interface TiffFiles {
  /** Whether the one that was opened has pages; where it is metadata alone, all pages lie in the others. */
  readonly hasPages: boolean;
  /** Works on the pages of a file; `null` is the one that was opened. Other files stay open for a while. */
  use<T>(file: string | null, work: (pages: TiffPages) => Promise<T>): Promise<T>;
  /** The bytes of a file beside the one that was opened, which the caller closes. */
  bytesOf(file: string): Promise<ByteSource>;
  close(): Promise<void>;
}

/** How many files stay open while nothing is read from them. */
const MOST_IDLE = 32;

/** The files of a picture that starts in `main`, or, when that is null, in a file of metadata alone. */
export function tiffFiles(main: TiffPages | null, name: string, siblings: Siblings | undefined): TiffFiles {
  const opened = new Map<string, Opened>();

  async function bytesOf(file: string): Promise<ByteSource> {
    if (siblings) return siblings(file);
    throw new ImageFileError({
      file: name,
      problem: `is one of several files, and ${file} is needed as well`,
      remedy: 'open it where its other files lie beside it',
    });
  }

  async function closeIdle(most: number): Promise<void> {
    const idle = [...opened].filter(([, { users }]) => users === 0);
    for (const [file, { pages }] of idle.slice(0, Math.max(0, idle.length - most))) {
      opened.delete(file);
      await pages.then(({ tiff }) => tiff.source.close());
    }
  }

  return {
    hasPages: main !== null,
    bytesOf,
    async use(file, work) {
      if (file === null) {
        if (main) return work(main);
        throw new ImageFileError({
          file: name,
          problem: 'holds no pixels',
          remedy: 'open the files that do',
        });
      }
      const known = opened.get(file);
      const entry = known ?? { pages: bytesOf(file).then(openSibling), users: 0 };
      opened.delete(file);
      opened.set(file, entry);
      entry.users++;
      try {
        return await work(await entry.pages);
      } catch (error) {
        await entry.pages.catch(() => opened.delete(file));
        throw error;
      } finally {
        entry.users--;
        await closeIdle(MOST_IDLE);
      }
    },
    close: () => closeIdle(0),
  };
}

interface Opened {
  readonly pages: Promise<TiffPages>;
  users: number;
}

async function openSibling(source: ByteSource): Promise<TiffPages> {
  try {
    return await openPages(await openTiff(source));
  } catch (error) {
    await source.close();
    throw error;
  }
}
