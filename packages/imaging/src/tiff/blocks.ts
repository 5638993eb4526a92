import { compressionOf, unpackBlock } from './compression.js';
import type { TiffFile } from './directory.js';
import type { TiffLayout } from './layout.js';
import { undoPredictor } from './predictor.js';

/** The stored bytes of a whole page, put together from its strips or tiles. */
export interface RawPixels {
  /** [plane, row, byte]: one plane, or one for each sample of a planar page. */
  readonly bytes: Uint8Array;
  readonly planes: number;
  /** Bytes in a row, padded to a whole byte for depths that do not fill one. */
  readonly rowBytes: number;
}

/** Unpacks all strips or tiles of a page. */
export function readBlocks(tiff: TiffFile, layout: TiffLayout): RawPixels {
  const { width, height, blocks, bits } = layout;
  const planes = layout.planar ? layout.samples : 1;
  const bitsBeside = (layout.planar ? 1 : layout.samples) * bits;
  const rowBytes = Math.ceil((width * bitsBeside) / 8);
  const blockRowBytes = Math.ceil((blocks.width * bitsBeside) / 8);
  const compression = compressionOf(layout.compression, tiff.name);
  const bytes = new Uint8Array(planes * height * rowBytes);
  let index = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let down = 0; down < blocks.down; down++) {
      const top = down * blocks.height;
      const rows = Math.min(blocks.height, height - top);
      for (let across = 0; across < blocks.across; across++, index++) {
        const offset = blocks.offsets[index] ?? 0;
        const stored = tiff.bytes.subarray(offset, offset + (blocks.byteCounts[index] ?? 0));
        const size = Math.min(blockRowBytes * blocks.height, stored.length * compression.ratio + 4096);
        const needed = blockRowBytes * rows;
        const block = unpackBlock(compression, stored, size, needed, tiff.name);
        undoPredictor(block, layout, blockRowBytes, tiff.littleEndian, tiff.name);
        const left = (across * blocks.width * bitsBeside) / 8;
        const taken = Math.min(blockRowBytes, rowBytes - left);
        for (let row = 0; row < rows; row++) {
          const from = row * blockRowBytes;
          bytes.set(block.subarray(from, from + taken), (plane * height + top + row) * rowBytes + left);
        }
      }
    }
  }
  return { bytes, planes, rowBytes };
}
