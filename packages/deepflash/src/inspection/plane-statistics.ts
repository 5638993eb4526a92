import type { ImageSource } from '@deepflash/imaging';

/** The values of one channel; null where none is a finite number. */
export interface PlaneStatistics {
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

export interface FirstPlane {
  /** Of each channel. */
  readonly statistics: readonly PlaneStatistics[];
  /** Whether there are three channels that are equal in each pixel. */
  readonly greyRgb: boolean;
}

/** As many samples are in memory at a time, so that a plane of any size can be looked at. */
const WINDOW_SAMPLES = 2 ** 22;
/** Sides of tiles are mostly powers of two up to this: windows end where tiles do. */
const TILE_SIDE = 1024;

/** Statistics of the first plane of a picture, read in windows. Values that are no finite numbers are left out. */
export async function firstPlane(source: ImageSource): Promise<FirstPlane> {
  const { width, height } = source.info;
  const channels = source.info.channels.length;
  const counts = source.info.channels.map(() => ({ min: Infinity, max: -Infinity, sum: 0, count: 0 }));
  let greyRgb = channels === 3;
  const size = windowSize(width, height, channels);
  for (let y = 0; y < height; y += size.height) {
    for (let x = 0; x < width; x += size.width) {
      const { data } = await source.readRegion({
        x,
        y,
        width: Math.min(size.width, width - x),
        height: Math.min(size.height, height - y),
      });
      counts.forEach((count, channel) => {
        addSamples(count, data, channel, channels);
      });
      greyRgb &&= isGrey(data);
    }
  }
  const statistics = counts.map(({ min, max, sum, count }) =>
    count === 0 ? { min: null, max: null, mean: null } : { min, max, mean: sum / count },
  );
  return { statistics, greyRgb };
}

interface Count {
  min: number;
  max: number;
  sum: number;
  count: number;
}

function addSamples(total: Count, data: ArrayLike<number>, channel: number, channels: number): void {
  let { min, max, sum, count } = total;
  for (let i = channel; i < data.length; i += channels) {
    const value = data[i] as number;
    // The difference of infinities and of "not a number" is none.
    if (value - value !== 0) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
  }
  Object.assign(total, { min, max, sum, count });
}

function isGrey(data: ArrayLike<number>): boolean {
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}

/** Rows over the whole width where that is little, else squares of tiles. */
function windowSize(width: number, height: number, channels: number): { width: number; height: number } {
  const rows = Math.floor(WINDOW_SAMPLES / (width * channels));
  if (rows >= Math.min(height, TILE_SIDE)) return { width, height: rows >= height ? height : whole(rows) };
  const columns = Math.max(TILE_SIDE, whole(Math.floor(WINDOW_SAMPLES / (TILE_SIDE * channels))));
  return { width: columns, height: TILE_SIDE };
}

function whole(length: number): number {
  return Math.floor(length / TILE_SIDE) * TILE_SIDE;
}
