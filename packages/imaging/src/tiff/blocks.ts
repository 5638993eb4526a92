import { truncated } from '../errors.js';
import type { StoredSamples } from '../source/narrow.js';
import type { BlockCache } from './block-cache.js';
import { type BlockTable, blockRowBytes, storedSize } from './block-table.js';
import { compressionOf, JPEG, unpackBlock } from './compression.js';
import type { TiffLayout } from './layout.js';
import type { TiffPage } from './page.js';
import { undoPredictor } from './predictor.js';
import { toNumbers } from './samples.js';

/** A rectangle of pixels. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Samples of a part of a page, [height, width, beside]. */
export interface Block extends Window {
  /** All samples of a pixel, or one in planar pages. */
  readonly beside: number;
  readonly samples: StoredSamples;
}

/** A strip or tile: its number, where it starts, and how many rows of it the page has. */
export interface BlockPlace {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly rows: number;
}

/** The strips or tiles of a plane that a window touches, row after row. */
export function blocksTouched({ blocks, height }: TiffLayout, plane: number, window: Window): BlockPlace[] {
  const places: BlockPlace[] = [];
  const lastRow = Math.floor((window.y + window.height - 1) / blocks.height);
  const lastColumn = Math.floor((window.x + window.width - 1) / blocks.width);
  for (let row = Math.floor(window.y / blocks.height); row <= lastRow; row++) {
    for (let column = Math.floor(window.x / blocks.width); column <= lastColumn; column++) {
      places.push({
        index: (plane * blocks.down + row) * blocks.across + column,
        x: column * blocks.width,
        y: row * blocks.height,
        rows: Math.min(blocks.height, height - row * blocks.height),
      });
    }
  }
  return places;
}

/** How many blocks are unpacked at a time. */
const AT_ONCE = 4;

/** Unpacks the strips or tiles of a plane that a window touches, and hands each of them to `place`. */
export async function readBlocks(
  page: TiffPage,
  plane: number,
  window: Window,
  cache: BlockCache,
  place: (block: Block) => void,
): Promise<void> {
  const { layout } = page;
  const table = await page.table();
  const touched = blocksTouched(layout, plane, window);
  const beside = samplesBeside(layout);
  for (let i = 0; i < touched.length; i += AT_ONCE) {
    const group = touched.slice(i, i + AT_ONCE);
    const unpacked = await Promise.all(
      group.map(async (at) => {
        const samples = await cache.get(page, at.index, () => unpack(page, table, at));
        return { x: at.x, y: at.y, width: layout.blocks.width, height: at.rows, beside, samples };
      }),
    );
    for (const block of unpacked) place(block);
  }
}

async function unpack(
  page: TiffPage,
  table: BlockTable,
  { index, rows }: BlockPlace,
): Promise<StoredSamples> {
  const { tiff, layout } = page;
  const { blocks, photometric } = layout;
  const compression = compressionOf(layout.compression, tiff.name);
  const count = storedSize(tiff, table, index);
  const rowBytes = blockRowBytes(layout);
  const needed = rowBytes * rows;
  const most = count * compression.ratio + 4096;
  if (needed > most) throw truncated(tiff.name, `strip or tile ${index + 1} cannot hold its pixels`);
  const stored = await tiff.source.read(table.offsets[index] ?? 0, count);
  const beside = samplesBeside(layout);
  const bytes = await unpackBlock(
    compression,
    stored,
    { size: Math.min(rowBytes * blocks.height, most), needed },
    {
      file: tiff.name,
      width: blocks.width,
      height: blocks.height,
      samples: beside,
      luminance: photometric === 6,
      tables: layout.compression === JPEG ? await page.jpegTables() : new Uint8Array(0),
    },
  );
  const own = bytes.subarray(0, needed);
  undoPredictor(own, layout, rowBytes, tiff.littleEndian, tiff.name);
  return toNumbers(own, layout, { perRow: blocks.width * beside, rows }, tiff.littleEndian, tiff.name);
}

/** How many samples lie beside one another in a block for each pixel. */
export function samplesBeside({ planar, samples }: TiffLayout): number {
  return planar ? 1 : samples;
}
