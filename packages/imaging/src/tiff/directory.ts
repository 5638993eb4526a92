import { damaged, truncated } from '../errors.js';
import type { ByteSource } from '../source/byte-source.js';
import { pagedSource } from '../source/paged.js';

// The container of TIFF 6.0 (section 2) and BigTIFF: a header, then directories of tagged fields, each field
// a list of numbers or a text that lies in the directory or elsewhere in the file. A directory is one page, and
// names the next one.

export interface TiffFile {
  readonly name: string;
  readonly size: number;
  readonly source: ByteSource;
  readonly littleEndian: boolean;
  readonly big: boolean;
  /** Where the first directory lies. */
  readonly first: number;
}

/** Fields by their tag. `at` is where in the file the values lie. */
export interface TiffDirectory {
  readonly fields: ReadonlyMap<number, TiffField>;
  /** Where the next directory (page) lies; 0 after the last. */
  readonly next: number;
}

export interface TiffField {
  readonly type: number;
  readonly count: number;
  readonly at: number;
}

/** Whether the bytes start as a TIFF or BigTIFF file does; what follows may still be damaged. */
export function isTiff(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  if (a === 0x49 && b === 0x49) return (c === 42 || c === 43) && d === 0;
  return a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43);
}

/** Reads the header. Throws an ImageFileError for bytes that are no TIFF file. */
export async function openTiff(source: ByteSource): Promise<TiffFile> {
  const { name, size } = source;
  const paged = pagedSource(source);
  const head = viewOf(await paged.read(0, Math.min(16, size)));
  if (!isTiff(new Uint8Array(head.buffer, head.byteOffset, head.byteLength))) {
    throw damaged(name, 'it has no TIFF header');
  }
  const littleEndian = head.getUint8(0) === 0x49;
  const big = head.getUint16(2, littleEndian) === 43;
  if (size < (big ? 16 : 8)) throw truncated(name, 'it has only a few bytes');
  const first = big ? Number(head.getBigUint64(8, littleEndian)) : head.getUint32(4, littleEndian);
  return { name, size, source: paged, littleEndian, big, first };
}

const MOST_FIELDS = 4096;

/** Reads the directory at byte `at`. */
export async function readDirectory(tiff: TiffFile, at: number): Promise<TiffDirectory> {
  const { size, source, littleEndian, big, name } = tiff;
  const countSize = big ? 8 : 2;
  const entrySize = big ? 20 : 12;
  const outside = 'its directory lies beyond the end of the file';
  if (at < 8 || at + countSize > size) throw truncated(name, outside);
  const head = viewOf(await source.read(at, countSize));
  const count = big ? Number(head.getBigUint64(0, littleEndian)) : head.getUint16(0, littleEndian);
  const start = at + countSize;
  const end = start + count * entrySize;
  if (end > size) throw truncated(name, outside);
  if (count > MOST_FIELDS) throw damaged(name, `a directory declares ${count} fields`);
  const entries = viewOf(await source.read(start, end - start));
  const fields = new Map<number, TiffField>();
  for (let entry = 0; entry < count * entrySize; entry += entrySize) {
    const type = entries.getUint16(entry + 2, littleEndian);
    const bytes = TYPE_SIZES[type];
    if (bytes === undefined) continue;
    const values = offsetIn(entries, entry + 4, tiff);
    const inline = entry + (big ? 12 : 8);
    fields.set(entries.getUint16(entry, littleEndian), {
      type,
      count: values,
      at: values * bytes <= (big ? 8 : 4) ? start + inline : offsetIn(entries, inline, tiff),
    });
  }
  const nextSize = big ? 8 : 4;
  const next = end + nextSize <= size ? offsetIn(viewOf(await source.read(end, nextSize)), 0, tiff) : 0;
  return { fields, next };
}

const MOST_PAGES = 2 ** 20;

/** Where the directories of all pages lie, in their order. Throws an ImageFileError when they form a circle. */
export async function listDirectories(tiff: TiffFile): Promise<number[]> {
  const found = new Set<number>();
  for (let at = tiff.first; at !== 0; ) {
    if (found.has(at)) throw damaged(tiff.name, 'its pages follow one another in a circle');
    if (found.size === MOST_PAGES) throw damaged(tiff.name, `it has more than ${MOST_PAGES} pages`);
    found.add(at);
    at = (await readDirectory(tiff, at)).next;
  }
  if (found.size === 0) throw damaged(tiff.name, 'it has no page');
  return [...found];
}

/**
 * The numbers of a field, undefined where the directory lacks it; the first `most` of them where it has more.
 * Fractions come as their quotient.
 */
export async function numbersOf(
  tiff: TiffFile,
  directory: TiffDirectory,
  tag: number,
  most = 2 ** 18,
): Promise<Float64Array | undefined> {
  const field = directory.fields.get(tag);
  if (field === undefined || field.type === 2) return undefined;
  const count = Math.min(field.count, most);
  const view = viewOf(await bytesOf(tiff, tag, field, count));
  const size = TYPE_SIZES[field.type] ?? 1;
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = numberIn(view, field.type, i * size, tiff);
  return numbers;
}

/** The first number of a field. */
export async function numberOf(
  tiff: TiffFile,
  directory: TiffDirectory,
  tag: number,
): Promise<number | undefined> {
  return (await numbersOf(tiff, directory, tag, 1))?.[0];
}

/** The text of a field up to its first NUL, undefined where the directory lacks it. */
export async function textOf(
  tiff: TiffFile,
  directory: TiffDirectory,
  tag: number,
): Promise<string | undefined> {
  const field = directory.fields.get(tag);
  if (field === undefined || field.type !== 2) return undefined;
  const text = new TextDecoder().decode(await bytesOf(tiff, tag, field, field.count));
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}

/** The bytes of a field of whatever type, undefined where the directory lacks it. */
export async function rawOf(
  tiff: TiffFile,
  directory: TiffDirectory,
  tag: number,
): Promise<Uint8Array | undefined> {
  const field = directory.fields.get(tag);
  return field && bytesOf(tiff, tag, field, field.count);
}

/** Bytes of one value by field type: BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE … DOUBLE, IFD, LONG8, SLONG8, IFD8. */
const TYPE_SIZES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

async function bytesOf(tiff: TiffFile, tag: number, field: TiffField, count: number): Promise<Uint8Array> {
  const length = count * (TYPE_SIZES[field.type] ?? 1);
  if (field.at + length > tiff.size) {
    throw truncated(tiff.name, `field ${tag} lies beyond the end of the file`);
  }
  return tiff.source.read(field.at, length);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function offsetIn(view: DataView, at: number, { littleEndian, big }: TiffFile): number {
  return big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}

function numberIn(view: DataView, type: number, at: number, { littleEndian, name }: TiffFile): number {
  switch (type) {
    case 1:
    case 7:
      return view.getUint8(at);
    case 3:
      return view.getUint16(at, littleEndian);
    case 4:
    case 13:
      return view.getUint32(at, littleEndian);
    case 5:
      return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
    case 6:
      return view.getInt8(at);
    case 8:
      return view.getInt16(at, littleEndian);
    case 9:
      return view.getInt32(at, littleEndian);
    case 10:
      return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
    case 11:
      return view.getFloat32(at, littleEndian);
    case 12:
      return view.getFloat64(at, littleEndian);
    case 16:
    case 18:
      return Number(view.getBigUint64(at, littleEndian));
    case 17:
      return Number(view.getBigInt64(at, littleEndian));
    default:
      throw damaged(name, `a field has the unknown type ${type}`);
  }
}
