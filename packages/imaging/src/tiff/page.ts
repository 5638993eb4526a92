import { damaged } from '../errors.js';
import { type BlockTable, blockTableOf } from './block-table.js';
import {
  listDirectories,
  numbersOf,
  rawOf,
  readDirectory,
  type TiffDirectory,
  type TiffFile,
} from './directory.js';
import { layoutOf, type TiffLayout } from './layout.js';

/** One page of a file: how its pixels are stored, and where, which is read when it is first asked for. */
export interface TiffPage {
  readonly tiff: TiffFile;
  /** Where its directory lies, which tells it from the file's other pages. */
  readonly at: number;
  readonly directory: TiffDirectory;
  readonly layout: TiffLayout;
  table(): Promise<BlockTable>;
  /** What all JPEG streams of the page have in common; empty where each is whole. */
  jpegTables(): Promise<Uint8Array>;
  /** The colours of a palette, [red, green or blue][index], of 16 bits. */
  palette(): Promise<Float64Array>;
}

/** The pages of a file, kept for a while once they were read. */
export interface TiffPages {
  readonly tiff: TiffFile;
  /** Where the directory of each page lies. */
  readonly directories: readonly number[];
  /** The page with the given index. Throws an ImageFileError where the file has no such page. */
  page(index: number): Promise<TiffPage>;
  /** The page whose directory lies at the given byte. */
  pageAt(at: number): Promise<TiffPage>;
}

const MOST_KEPT = 256;

/** Lists the pages of a file. */
export async function openPages(tiff: TiffFile): Promise<TiffPages> {
  const directories = await listDirectories(tiff);
  const kept = new Map<number, Promise<TiffPage>>();
  function pageAt(at: number): Promise<TiffPage> {
    const known = kept.get(at);
    if (known !== undefined) return known;
    const page = readPage(tiff, at);
    page.catch(() => kept.delete(at));
    for (const oldest of kept.keys()) {
      if (kept.size < MOST_KEPT) break;
      kept.delete(oldest);
    }
    kept.set(at, page);
    return page;
  }
  return {
    tiff,
    directories,
    pageAt,
    async page(index) {
      const at = directories[index];
      if (at === undefined) {
        throw damaged(tiff.name, `it has ${directories.length} pages, and number ${index + 1} is needed`);
      }
      return pageAt(at);
    },
  };
}

/** Reads the page whose directory lies at byte `at`. */
export async function readPage(tiff: TiffFile, at: number): Promise<TiffPage> {
  const directory = await readDirectory(tiff, at);
  const layout = await layoutOf(tiff, directory);
  return {
    tiff,
    at,
    directory,
    layout,
    table: once(() => blockTableOf(tiff, directory, layout)),
    jpegTables: once(async () => (await rawOf(tiff, directory, 347)) ?? new Uint8Array(0)),
    palette: once(async () => (await numbersOf(tiff, directory, 320)) ?? new Float64Array(0)),
  };
}

/** Whether the samples of two pages are of one kind and size, so that they can be planes of one picture. */
export function sameShape(a: TiffLayout, b: TiffLayout): boolean {
  return a.width === b.width && a.height === b.height && sameKind(a, b);
}

/** Whether the samples of two pages are of one kind. */
export function sameKind(a: TiffLayout, b: TiffLayout): boolean {
  return (
    a.samples === b.samples &&
    a.bits === b.bits &&
    a.format === b.format &&
    isPalette(a) === isPalette(b) &&
    (a.photometric === 0) === (b.photometric === 0)
  );
}

function isPalette({ photometric }: TiffLayout): boolean {
  return photometric === 3;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
