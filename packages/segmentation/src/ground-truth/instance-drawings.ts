import type { LabelImage } from '../metrics/objects.js';

/** A rectangle of pixels; `bottom` and `right` lie just outside. */
export interface Box {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** An object as one rater drew it. */
export interface Drawing {
  readonly rater: number;
  readonly area: number;
  /** The regions that it consists of, as positions in `Drawings.regions`. */
  readonly regions: readonly number[];
}

/** All pixels with the same drawings of all raters. */
export interface Region {
  readonly area: number;
  readonly box: Readonly<Box>;
  /** Sums over its pixels, for centres of gravity. */
  readonly rowSum: number;
  readonly columnSum: number;
  /** For each rater the drawing here, as position in `Drawings.list`, or -1 for background. */
  readonly drawings: readonly number[];
}

/**
 * What the raters drew, as regions on which they do not contradict themselves: all that is to be decided
 * about objects (matches, votes, areas, IoU) is then decided on some regions instead of many pixels.
 */
export interface Drawings {
  readonly width: number;
  readonly height: number;
  readonly raters: number;
  readonly list: readonly Drawing[];
  readonly regions: readonly Region[];
  /** For each pixel 1 + the position of its region, or 0 where nobody marked anything. */
  readonly regionAt: Uint32Array;
}

/**
 * Finds the drawings and their regions.
 *
 * @throws RangeError when there are no raters or their images differ in size.
 */
export function drawingsOf(raters: readonly LabelImage[]): Drawings {
  const { width, height } = sharedSize(raters);
  const list: { rater: number; area: number; regions: number[] }[] = [];
  const regions: { area: number; box: Box; rowSum: number; columnSum: number; drawings: number[] }[] = [];
  const regionAt = new Uint32Array(width * height);
  const drawingOfLabel = raters.map(() => new Map<number, number>());
  const regionOfDrawings = new Map<string, number>();
  const data = raters.map((rater) => rater.data);

  for (let row = 0; row < height; row++) {
    const end = (row + 1) * width;
    for (let start = row * width; start < end; ) {
      let stop = end;
      for (const labels of data) stop = endOfRun(labels, start, stop);
      addRun(row, start - row * width, stop - start);
      start = stop;
    }
  }
  return { width, height, raters: raters.length, list, regions, regionAt };

  /** A run is a stretch of a row in which no rater's label changes. */
  function addRun(row: number, column: number, length: number): void {
    const start = row * width + column;
    const drawings = data.map((labels, rater) => drawingOf(rater, labels[start] as number));
    if (drawings.every((drawing) => drawing < 0)) return;
    const number = regionOf(drawings, row);
    const region = regions[number];
    if (region === undefined) return;
    regionAt.fill(number + 1, start, start + length);
    region.area += length;
    region.rowSum += row * length;
    region.columnSum += (column + (length - 1) / 2) * length;
    region.box.bottom = row + 1;
    region.box.left = Math.min(region.box.left, column);
    region.box.right = Math.max(region.box.right, column + length);
    for (const index of drawings) {
      const drawing = list[index];
      if (drawing !== undefined) drawing.area += length;
    }
  }

  function drawingOf(rater: number, label: number): number {
    if (label === 0) return -1;
    const known = drawingOfLabel[rater]?.get(label);
    if (known !== undefined) return known;
    drawingOfLabel[rater]?.set(label, list.length);
    return list.push({ rater, area: 0, regions: [] }) - 1;
  }

  function regionOf(drawings: number[], top: number): number {
    const key = drawings.join();
    const known = regionOfDrawings.get(key);
    if (known !== undefined) return known;
    const box = { top, left: width, bottom: top, right: 0 };
    const number = regions.push({ area: 0, box, rowSum: 0, columnSum: 0, drawings }) - 1;
    regionOfDrawings.set(key, number);
    for (const drawing of drawings) list[drawing]?.regions.push(number);
    return number;
  }
}

function endOfRun(labels: Uint32Array, start: number, limit: number): number {
  const label = labels[start];
  let stop = start + 1;
  while (stop < limit && labels[stop] === label) stop++;
  return stop;
}

function sharedSize(raters: readonly LabelImage[]): { width: number; height: number } {
  const first = raters[0];
  if (first === undefined) throw new RangeError('A consensus needs the objects of at least one rater.');
  for (const { width, height } of raters) {
    if (width !== first.width || height !== first.height) {
      throw new RangeError(
        `The raters' images differ in size: ${first.width} x ${first.height} and ${width} x ${height} pixels.`,
      );
    }
  }
  return { width: first.width, height: first.height };
}
