import { type LabelImage, regionRuns } from './connected-components.js';
import type { Mask } from './distance-transform.js';

// Water rises from the markers: the lowest pixel that water has reached passes its label on to its neighbours, and
// among equally low ones the pixel that was reached first. Each pixel is reached once, so that the queue of a level
// is a chain through the pixels (F. Meyer, "Topographic distance and watershed lines", Signal Processing 38, 1994).

export interface WatershedOptions {
  /** [height, width]; finite numbers within the mask. Low is where water stands first. */
  readonly surface: ArrayLike<number>;
  /** Where water comes from: labels 1..count. */
  readonly markers: LabelImage;
  /** Where water may flow; markers outside of it are left out. */
  readonly mask: Mask;
  /** Whether water flows over edges of pixels (4) or over corners as well (8). */
  readonly connectivity: 4 | 8;
}

/**
 * Extends markers over a mask by flooding a surface, without lines between basins: what
 * `skimage.segmentation.watershed` does, except that of equally low marker pixels the first row by row floods
 * first. Parts of the mask without a marker stay 0.
 *
 * @throws RangeError when the sizes differ or the surface has a value within the mask that is not finite.
 */
export function watershed({ surface, markers, mask, connectivity }: WatershedOptions): LabelImage {
  const { width, height, count } = markers;
  const pixels = width * height;
  if (surface.length !== pixels || mask.width !== width || mask.height !== height) {
    throw new RangeError('The surface, the markers and the mask of a watershed must be of one size.');
  }
  const data = new Uint32Array(pixels);
  // No water flows from region to region of the mask. Each is flooded for itself, so that memory is read close by.
  const basin = createBasin(connectivity);
  for (const region of regionsOf(mask, connectivity)) basin.flood(region, { surface, markers }, data);
  return { width, height, count, data };
}

/** A connected region of the mask, and the smallest upright rectangle around it. */
interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Its runs of pixels: of each the row, the first column and the one after the last, three numbers a run. */
  readonly runs: readonly number[];
}

function regionsOf(mask: Mask, connectivity: 4 | 8): Region[] {
  const { count, starts, ends, regions } = regionRuns(mask, connectivity);
  const runsOfRegion = Array.from({ length: count }, (): number[] => []);
  starts.forEach((start, run) => {
    const row = Math.floor(start / mask.width);
    const first = row * mask.width;
    const own = runsOfRegion[(regions[run] as number) - 1];
    own?.push(row, start - first, (ends[run] as number) - first);
  });
  return runsOfRegion.map((runs) => {
    let [left, right] = [mask.width, 0];
    for (let r = 0; r < runs.length; r += 3) {
      left = Math.min(left, runs[r + 1] as number);
      right = Math.max(right, runs[r + 2] as number);
    }
    const [top, last] = [runs[0] as number, runs[runs.length - 3] as number];
    return { left, top, width: right - left, height: last - top + 1, runs };
  });
}

type Scene = Pick<WatershedOptions, 'surface' | 'markers'>;

const BLOCKED = -1;

/** Floods region after region in the same memory, which grows with the largest one. */
function createBasin(connectivity: 4 | 8) {
  let room = basinRoom(0);
  // Chains of pixels that wait at each level, by their place (0: none). A flood leaves them empty.
  let head = new Int32Array(0);
  let tail = new Int32Array(0);
  return {
    flood(region: Region, { surface, markers }: Scene, out: Uint32Array): void {
      const stride = region.width + 2;
      const size = stride * (region.height + 2);
      if (room.labels.length < size) room = basinRoom(2 * size);
      const count = fill(room, region, { surface, markers });
      if (head.length < count) {
        head = new Int32Array(2 * count);
        tail = new Int32Array(2 * count);
      }
      floodRoom(room, { head, tail, count }, region, connectivity);
      const { labels } = room;
      for (let r = 0; r < region.runs.length; r += 3) {
        const [y, start, end] = runAt(region, r);
        const shift = placeOf(region, y, start) - (y * markers.width + start);
        for (let i = y * markers.width + start; i < y * markers.width + end; i++) {
          out[i] = labels[i + shift] as number;
        }
      }
    },
  };
}

/** Pixels of a region with a frame around it, so that each has all neighbours. */
interface BasinRoom {
  /** The marker of each pixel; 0 where water has not been, BLOCKED where it may not go. */
  readonly labels: Int32Array;
  readonly next: Int32Array;
  /** The rank of each pixel's height, from 0. */
  readonly levels: Int32Array;
  readonly heights: Float64Array;
}

function basinRoom(size: number): BasinRoom {
  return {
    labels: new Int32Array(size),
    next: new Int32Array(size),
    levels: new Int32Array(size),
    heights: new Float64Array(size),
  };
}

function runAt({ runs }: Region, r: number): [y: number, start: number, end: number] {
  return [runs[r] as number, runs[r + 1] as number, runs[r + 2] as number];
}

function placeOf({ left, top, width }: Region, y: number, x: number): number {
  return (y - top + 1) * (width + 2) + x - left + 1;
}

/** Takes a region into the room; returns how many levels it has. Throws a RangeError for a height that is not finite. */
function fill(
  { labels, levels, heights }: BasinRoom,
  region: Region,
  { surface, markers: { data, width } }: Scene,
): number {
  const size = (region.width + 2) * (region.height + 2);
  labels.fill(BLOCKED, 0, size);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let whole = true;
  for (let r = 0; r < region.runs.length; r += 3) {
    const [y, start, end] = runAt(region, r);
    let at = placeOf(region, y, start);
    for (let i = y * width + start; i < y * width + end; i++, at++) {
      const value = surface[i] as number;
      // Only a finite number leaves nothing of itself.
      if (value - value !== 0) throw new RangeError(`A watershed cannot flood a surface of height ${value}.`);
      labels[at] = data[i] as number;
      heights[at] = value;
      if (value < least) least = value;
      if (value > most) most = value;
      if (Math.floor(value) !== value) whole = false;
    }
  }
  if (whole && most - least <= 4 * size + SMALL) {
    for (let r = 0; r < region.runs.length; r += 3) {
      const [y, start, end] = runAt(region, r);
      const first = placeOf(region, y, start);
      for (let at = first; at < first + end - start; at++) levels[at] = (heights[at] as number) - least;
    }
    return most - least + 1;
  }
  const places: number[] = [];
  for (let at = 0; at < size; at++) if (labels[at] !== BLOCKED) places.push(at);
  places.sort((a, b) => (heights[a] as number) - (heights[b] as number) || a - b);
  let rank = 0;
  places.forEach((at, k) => {
    if (k > 0 && heights[at] !== heights[places[k - 1] as number]) rank++;
    levels[at] = rank;
  });
  return rank + 1;
}

interface Chains {
  readonly head: Int32Array;
  readonly tail: Int32Array;
  readonly count: number;
}

function floodRoom(
  { labels, next, levels }: BasinRoom,
  { head, tail, count }: Chains,
  region: Region,
  connectivity: 4 | 8,
): void {
  const stride = region.width + 2;
  let lowest = count;
  const wait = (at: number): void => {
    const own = levels[at] as number;
    if (head[own] === 0) head[own] = at;
    else next[tail[own] as number] = at;
    next[at] = 0;
    tail[own] = at;
    if (own < lowest) lowest = own;
  };
  for (let r = 0; r < region.runs.length; r += 3) {
    const [y, start, end] = runAt(region, r);
    const first = placeOf(region, y, start);
    for (let at = first; at < first + end - start; at++) if (labels[at] !== 0) wait(at);
  }
  const around = [-stride, -1, 1, stride, -stride - 1, 1 - stride, stride - 1, stride + 1];
  const neighbours = Int32Array.from(around.slice(0, connectivity));
  while (lowest < count) {
    const pixel = head[lowest] as number;
    if (pixel === 0) {
      lowest++;
      continue;
    }
    head[lowest] = next[pixel] as number;
    const label = labels[pixel] as number;
    for (let n = 0; n < neighbours.length; n++) {
      const at = pixel + (neighbours[n] as number);
      if (labels[at] !== 0) continue;
      labels[at] = label;
      wait(at);
    }
  }
}

/** Levels that are always worth a table of their own. */
const SMALL = 65_536;
