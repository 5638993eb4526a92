import { type AxisShare, addTile } from './merge.js';
import type { Rows, Size } from './resize.js';

/** The rows of an image that tiles are being added to: `height` rows of some planes. @param start the first of them */
export function rowBuffer(planes: number, height: number, width: number, start: number) {
  const size = { height, width };
  const data = new Float32Array(planes * height * width);
  /** The row of the image that is the first of the buffer. */
  let top = start;
  return {
    /** Adds a tile's planes to those of the buffer from number `plane` on. */
    add(values: Float32Array, count: number, plane: number, tile: Size, row: AxisShare, column: AxisShare) {
      const window = { ...row.window, imageStart: row.window.imageStart - top };
      const from = data.subarray(plane * height * width);
      addTile({ data: from, size }, { data: values, size: tile }, count, { ...row, window }, column);
    },
    /** Hands over all rows before row `end`, and makes room for as many. */
    take(end: number): Rows {
      const rows = { data: new Float32Array(planes * (end - top) * width), first: top, count: end - top };
      const taken = rows.count * width;
      for (let plane = 0; plane < planes; plane++) {
        const start = plane * height * width;
        rows.data.set(data.subarray(start, start + taken), plane * taken);
        data.copyWithin(start, start + taken, start + height * width);
        data.fill(0, start + height * width - taken, start + height * width);
      }
      top = end;
      return rows;
    },
  };
}
