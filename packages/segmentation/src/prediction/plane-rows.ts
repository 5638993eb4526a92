import type { Planes } from '../sampling/planes.js';

/** An image whose raw values are read some rows at a time. */
export interface PlaneRows {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Rows `first` to `first + count - 1` over the whole width, [C, count, W]. */
  readRows(first: number, count: number): Promise<Planes>;
}

/** An image in memory, to be read in rows. */
export function rowsOf(planes: Planes): PlaneRows {
  const { channels, height, width, data } = planes;
  return {
    channels,
    height,
    width,
    async readRows(first, count) {
      if (first === 0 && count === height) return planes;
      const rows = new Float32Array(channels * count * width);
      for (let channel = 0; channel < channels; channel++) {
        const start = (channel * height + first) * width;
        rows.set(data.subarray(start, start + count * width), channel * count * width);
      }
      return { channels, height: count, width, data: rows };
    },
  };
}
