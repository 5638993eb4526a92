import { truncated } from '../errors.js';
import { type BlockTable, blockRowBytes } from './block-table.js';
import { type Block, blocksTouched, samplesBeside, type Window } from './blocks.js';
import type { TiffPage } from './page.js';
import { toNumbers } from './samples.js';

// Uncompressed strips and tiles need not be read whole: a strip may be the whole picture. Only the rows of the
// window are read, from its left to its right edge, and neighbouring rows together, strip after strip, where
// they follow one another in the file.

/** The most bytes that are read at a time. */
const BAND = 2 ** 22;

/**
 * Reads the part of an uncompressed plane that a window touches, and hands it to `place` piece by piece. `shift`
 * is added to where the page's pixels lie, for planes that follow those of the page without a directory.
 */
export async function readBands(
  page: TiffPage,
  plane: number,
  window: Window,
  shift: number,
  place: (block: Block) => void,
): Promise<void> {
  const { layout, tiff } = page;
  const table = await page.table();
  const rowBytes = blockRowBytes(layout);
  const beside = samplesBeside(layout);
  const columns = new Map<number, Row[]>();
  for (const { index, x, y, rows } of blocksTouched(layout, plane, window)) {
    const column = columns.get(x) ?? [];
    columns.set(x, column);
    const end = Math.min(y + rows, window.y + window.height);
    checkRows(page, table, { index, rows: end - y, shift });
    for (let row = Math.max(y, window.y); row < end; row++) {
      column.push({ y: row, at: (table.offsets[index] ?? 0) + shift + (row - y) * rowBytes });
    }
  }
  for (const [left, rows] of columns) {
    // Where pixels do not fill bytes, every eighth starts with one.
    const from =
      layout.bits % 8 === 0
        ? Math.max(window.x, left)
        : left + Math.max(0, window.x - left) - (Math.max(0, window.x - left) % 8);
    const to = Math.min(left + layout.blocks.width, window.x + window.width);
    const start = ((from - left) * beside * layout.bits) / 8;
    const length = Math.ceil(((to - from) * beside * layout.bits) / 8);
    for (const band of bandsOf(rows, rowBytes, length)) {
      const first = band[0];
      if (!first) continue;
      const bytes = await tiff.source.read(first.at + start, (band.length - 1) * rowBytes + length);
      const own = new Uint8Array(band.length * length);
      for (let row = 0; row < band.length; row++) {
        own.set(bytes.subarray(row * rowBytes, row * rowBytes + length), row * length);
      }
      const size = { perRow: (to - from) * beside, rows: band.length };
      const samples = toNumbers(own, layout, size, tiff.littleEndian, tiff.name);
      place({ x: from, y: first.y, width: to - from, height: band.length, beside, samples });
    }
  }
}

interface Row {
  readonly y: number;
  /** Where the row's block begins the row, in the file. */
  readonly at: number;
}

/** Rows in groups that are read at a time: each row lies right behind the one before it. */
function bandsOf(rows: readonly Row[], rowBytes: number, length: number): Row[][] {
  const bands: Row[][] = [];
  const most = Math.max(1, Math.floor((BAND - length) / rowBytes) + 1);
  let before: Row | undefined;
  for (const row of rows) {
    const band = bands.at(-1);
    if (band && before && row.at === before.at + rowBytes && band.length < most) band.push(row);
    else bands.push([row]);
    before = row;
  }
  return bands;
}

/** Throws an ImageFileError unless the first rows of a block lie within it and within the file. */
function checkRows(
  { tiff, layout }: TiffPage,
  table: BlockTable,
  { index, rows, shift }: { readonly index: number; readonly rows: number; readonly shift: number },
): void {
  const length = rows * blockRowBytes(layout);
  if (shift === 0 && length > (table.byteCounts[index] ?? 0)) {
    throw truncated(tiff.name, `strip or tile ${index + 1} ends too early`);
  }
  if ((table.offsets[index] ?? 0) + shift + length > tiff.size) {
    throw truncated(tiff.name, `strip or tile ${index + 1} lies beyond the end of the file`);
  }
}
