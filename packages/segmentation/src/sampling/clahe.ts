/**
 * Contrast-limited adaptive histogram equalisation (Zuiderveld 1994), as in OpenCV with its 8 x 8 regions: in each region
 * values are replaced by their rank among those of the region, and a pixel's new value is interpolated bilinearly between
 * those that it would have in the four regions around it. Where a histogram rises above the clip limit it is cut off there
 * and what was cut is spread evenly, so that noise in flat regions is not blown up.
 *
 * The histogram has 256 levels from the lowest to the highest value of the plane, and between two levels the new values are
 * interpolated: 16-bit images keep their fine steps, and 8-bit images that use all levels come out as OpenCV has them.
 */

const REGIONS = 8;
const LEVELS = 256;

/**
 * Equalises a plane in place; its lowest and highest value remain the limits of its range. A `clipLimit` of 1 changes
 * nearly nothing, 4 is strong: it is the most that a level may hold, in units of its part were all levels equally often.
 * Values that are no finite numbers stay as they are.
 */
export function equalizeAdaptively(
  { height, width, data }: { readonly height: number; readonly width: number; readonly data: Float32Array },
  clipLimit: number,
): void {
  const { lowest, highest } = finiteRange(data);
  if (!(highest > lowest)) return;
  const toLevels = (LEVELS - 1) / (highest - lowest);
  const regionHeight = Math.ceil(height / REGIONS);
  const regionWidth = Math.ceil(width / REGIONS);
  const rows = Math.ceil(height / regionHeight);
  const columns = Math.ceil(width / regionWidth);
  const curves = new Float64Array(rows * columns * (LEVELS + 1));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const start = (row * columns + column) * (LEVELS + 1);
      const counts = curves.subarray(start, start + LEVELS);
      let total = 0;
      for (let y = row * regionHeight; y < Math.min(height, (row + 1) * regionHeight); y++) {
        for (let x = column * regionWidth; x < Math.min(width, (column + 1) * regionWidth); x++) {
          const level = ((data[y * width + x] as number) - lowest) * toLevels;
          if (level - level !== 0) continue;
          const nearest = Math.round(level);
          counts[nearest] = (counts[nearest] as number) + 1;
          total++;
        }
      }
      toCurve(counts, total, clipLimit);
      // The highest value lies at the last level; interpolation looks one further.
      curves[start + LEVELS] = LEVELS - 1;
    }
  }
  for (let y = 0, i = 0; y < height; y++) {
    const vertical = between(y, regionHeight, rows);
    for (let x = 0; x < width; x++, i++) {
      const level = ((data[i] as number) - lowest) * toLevels;
      if (level - level !== 0) continue;
      const horizontal = between(x, regionWidth, columns);
      const below = Math.floor(level);
      const within = level - below;
      const inRegion = (row: number, column: number): number => {
        const at = (row * columns + column) * (LEVELS + 1) + below;
        const value = curves[at] as number;
        return value + ((curves[at + 1] as number) - value) * within;
      };
      const { first: top, second: bottom, part: down } = vertical;
      const { first: left, second: right, part: across } = horizontal;
      const upper = inRegion(top, left) * (1 - across) + inRegion(top, right) * across;
      const lower = inRegion(bottom, left) * (1 - across) + inRegion(bottom, right) * across;
      data[i] = (upper * (1 - down) + lower * down) / toLevels + lowest;
    }
  }
}

/** Turns the histogram of a region into its curve: the new level of each level. */
function toCurve(counts: Float64Array, total: number, clipLimit: number): void {
  const most = Math.max(1, Math.floor((clipLimit * total) / LEVELS));
  let cut = 0;
  for (let level = 0; level < LEVELS; level++) {
    const count = counts[level] as number;
    if (count <= most) continue;
    cut += count - most;
    counts[level] = most;
  }
  // In whole counts, as OpenCV: what is left over goes to every so-manieth level from the lowest on.
  const spread = Math.floor(cut / LEVELS);
  let left = cut - spread * LEVELS;
  const every = Math.max(1, Math.floor(LEVELS / Math.max(1, left)));
  const scale = total > 0 ? (LEVELS - 1) / total : 0;
  let sum = 0;
  for (let level = 0; level < LEVELS; level++) {
    const more = left > 0 && level % every === 0 ? 1 : 0;
    left -= more;
    sum += (counts[level] as number) + spread + more;
    counts[level] = sum * scale;
  }
}

/** The two regions between whose middles a pixel of an axis lies, and how far it is on the way to the second. */
function between(
  pixel: number,
  regionSize: number,
  regions: number,
): { readonly first: number; readonly second: number; readonly part: number } {
  const place = pixel / regionSize - 0.5;
  const first = Math.floor(place);
  return { first: Math.max(first, 0), second: Math.min(first + 1, regions - 1), part: place - first };
}

function finiteRange(data: Float32Array): { readonly lowest: number; readonly highest: number } {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const value of data) {
    if (value - value !== 0) continue;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return { lowest, highest };
}
