import { damaged, truncated } from '../errors.js';

// The container of TIFF 6.0 (section 2) and BigTIFF: a header, then directories of tagged fields, each field
// a list of numbers or a text that lies in the directory or elsewhere in the file.

export interface TiffFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly big: boolean;
  /** Where the first directory lies. */
  readonly first: number;
}

/** Fields by their tag. `at` is where in the file the values lie, which is checked to be inside. */
export interface TiffDirectory {
  readonly fields: ReadonlyMap<
    number,
    { readonly type: number; readonly count: number; readonly at: number }
  >;
  /** Where the next directory (page) lies; 0 after the last. */
  readonly next: number;
}

/** Reads the header. Returns undefined for bytes that are no TIFF file. */
export function openTiff(bytes: Uint8Array, name: string): TiffFile | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const littleEndian = order === 0x4949;
  const version = view.getUint16(2, littleEndian);
  if (version !== 42 && version !== 43) return undefined;
  const big = version === 43;
  if (bytes.length < (big ? 16 : 8)) throw truncated(name, 'it has only a few bytes');
  const first = big ? Number(view.getBigUint64(8, littleEndian)) : view.getUint32(4, littleEndian);
  return { name, bytes, view, littleEndian, big, first };
}

/** Reads the directory at byte `at`, the first one by default. */
export function readDirectory(tiff: TiffFile, at: number = tiff.first): TiffDirectory {
  const { bytes, view, littleEndian, big, name } = tiff;
  const countSize = big ? 8 : 2;
  const entrySize = big ? 20 : 12;
  const outside = 'its directory lies beyond the end of the file';
  if (at < 8 || at + countSize > bytes.length) throw truncated(name, outside);
  const count = big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint16(at, littleEndian);
  const end = at + countSize + count * entrySize;
  if (end > bytes.length) throw truncated(name, outside);
  const fields = new Map<number, { type: number; count: number; at: number }>();
  for (let entry = at + countSize; entry < end; entry += entrySize) {
    const tag = view.getUint16(entry, littleEndian);
    const type = view.getUint16(entry + 2, littleEndian);
    const size = TYPE_SIZES[type];
    if (size === undefined) continue;
    const values = readOffset(tiff, entry + 4);
    const inline = entry + (big ? 12 : 8);
    fields.set(tag, {
      type,
      count: values,
      at: values * size <= (big ? 8 : 4) ? inline : readOffset(tiff, inline),
    });
  }
  const next = end + (big ? 8 : 4) <= bytes.length ? readOffset(tiff, end) : 0;
  return { fields, next };
}

/** The numbers of a field, undefined where the directory lacks it. Fractions come as their quotient. */
export function numbersOf(tiff: TiffFile, directory: TiffDirectory, tag: number): number[] | undefined {
  const field = directory.fields.get(tag);
  if (field === undefined || field.type === 2) return undefined;
  const size = sizeInside(tiff, tag, field);
  return Array.from({ length: field.count }, (_, i) => readNumber(tiff, field.type, field.at + i * size));
}

/** The first number of a field. */
export function numberOf(tiff: TiffFile, directory: TiffDirectory, tag: number): number | undefined {
  return numbersOf(tiff, directory, tag)?.[0];
}

/** The text of a field up to its first NUL, undefined where the directory lacks it. */
export function textOf(tiff: TiffFile, directory: TiffDirectory, tag: number): string | undefined {
  const field = directory.fields.get(tag);
  if (field === undefined || field.type !== 2) return undefined;
  sizeInside(tiff, tag, field);
  const text = new TextDecoder().decode(tiff.bytes.subarray(field.at, field.at + field.count));
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
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

function sizeInside(tiff: TiffFile, tag: number, field: { type: number; count: number; at: number }): number {
  const size = TYPE_SIZES[field.type] ?? 1;
  if (field.at + field.count * size > tiff.bytes.length) {
    throw truncated(tiff.name, `field ${tag} lies beyond the end of the file`);
  }
  return size;
}

function readOffset({ view, littleEndian, big }: TiffFile, at: number): number {
  return big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}

function readNumber({ view, littleEndian, name }: TiffFile, type: number, at: number): number {
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
