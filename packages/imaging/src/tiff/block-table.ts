import { damaged, truncated } from '../errors.js';
import { numbersOf, type TiffDirectory, type TiffFile } from './directory.js';
import type { TiffLayout } from './layout.js';

/** For each strip or tile, plane after plane, row after row: where it lies and how many bytes it takes. */
export interface BlockTable {
  readonly offsets: Float64Array;
  readonly byteCounts: Float64Array;
}

/** Reads where the strips or tiles of a page lie. Throws an ImageFileError when the lists are too short. */
export async function blockTableOf(
  tiff: TiffFile,
  directory: TiffDirectory,
  layout: TiffLayout,
): Promise<BlockTable> {
  const { tiled, count } = layout.blocks;
  const listed = directory.fields.get(tiled ? 324 : 273)?.count ?? 0;
  if (listed < count) {
    throw damaged(tiff.name, `it lists ${listed} strips or tiles where ${count} are needed`);
  }
  const offsets = (await numbersOf(tiff, directory, tiled ? 324 : 273, count)) ?? new Float64Array(count);
  // Uncompressed single strips of some writers lack a byte count, or hold one cut to 32 bits: it follows from the size.
  if (layout.compression === 1 && count === 1) {
    return { offsets, byteCounts: Float64Array.of(blockRowBytes(layout) * layout.blocks.height) };
  }
  const byteCounts = (await numbersOf(tiff, directory, tiled ? 325 : 279, count)) ?? new Float64Array(0);
  return { offsets, byteCounts };
}

/** The bytes that a strip or tile takes in the file, checked to be inside. */
export function storedSize(tiff: TiffFile, { offsets, byteCounts }: BlockTable, index: number): number {
  const count = byteCounts[index] ?? 0;
  if (count === 0) throw truncated(tiff.name, `strip or tile ${index + 1} holds no data`);
  if ((offsets[index] ?? 0) + count > tiff.size) {
    throw truncated(
      tiff.name,
      `strip or tile ${index + 1} of ${offsets.length} lies beyond the end of the file`,
    );
  }
  return count;
}

/** Bytes in a row of an unpacked strip or tile; depths that do not fill bytes are padded at its end. */
export function blockRowBytes({ blocks, samples, planar, bits }: TiffLayout): number {
  return Math.ceil((blocks.width * (planar ? 1 : samples) * bits) / 8);
}
