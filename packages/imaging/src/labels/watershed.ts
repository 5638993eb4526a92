import { boxesOf } from './boxes.js';
import { connectedComponents, type LabelImage } from './connected-components.js';
import type { Mask } from './distance-transform.js';

// Water rises from the markers: the lowest pixel that water has reached passes its label on to its neighbours, and
// among equally low ones the pixel that was reached first. Each pixel is reached once, so that the queue of a level
// is a chain through the pixels (F. Meyer, "Topographic distance and watershed lines", Signal Processing 38, 1994).

export interface WatershedOptions {
  /** [height, width]; finite numbers. Low is where water stands first. */
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
 * @throws RangeError when the sizes differ or the surface has a value that is not finite.
 */
export function watershed({ surface, markers, mask, connectivity }: WatershedOptions): LabelImage {
  const { width, height, count } = markers;
  const pixels = width * height;
  if (surface.length !== pixels || mask.width !== width || mask.height !== height) {
    throw new RangeError('The surface, the markers and the mask of a watershed must be of one size.');
  }
  checkHeights(surface);
  const data = new Uint32Array(pixels);
  // No water flows from region to region of the mask. Each is flooded for itself, so that memory is read close by.
  const regions = connectedComponents(mask, connectivity);
  const boxes = boxesOf(regions);
  const basin = createBasin(connectivity);
  for (let region = 1; region <= regions.count; region++) {
    const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(4 * region, 4 * region + 4);
    const box = { left, top, width: right - left, height: bottom - top };
    basin.flood(box, { regions, region, surface, markers }, data);
  }
  return { width, height, count, data };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Scene extends Pick<WatershedOptions, 'surface' | 'markers'> {
  readonly regions: LabelImage;
  readonly region: number;
}

const BLOCKED = -1;

/** Floods region after region in the same memory, which grows with the largest one. */
function createBasin(connectivity: 4 | 8) {
  let labels = new Int32Array(0);
  let next = new Int32Array(0);
  let levels = new Int32Array(0);
  let heights = new Float64Array(0);
  // Chains of pixels that wait at each level, by their place (0: none). A flood leaves them empty.
  let head = new Int32Array(0);
  let tail = new Int32Array(0);

  /** Takes the region with a frame around it, so that every pixel has all neighbours; what water may not enter is BLOCKED. */
  function take({ left, top, width, height }: Box, { regions, region, surface, markers }: Scene): number {
    const stride = width + 2;
    const size = stride * (height + 2);
    if (labels.length < size) {
      labels = new Int32Array(2 * size);
      next = new Int32Array(2 * size);
      levels = new Int32Array(2 * size);
      heights = new Float64Array(2 * size);
    }
    labels.fill(BLOCKED, 0, size);
    const places: number[] = [];
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    let whole = true;
    for (let y = 0; y < height; y++) {
      let i = (top + y) * regions.width + left;
      let at = (y + 1) * stride + 1;
      for (let x = 0; x < width; x++, i++, at++) {
        if (regions.data[i] !== region) continue;
        const value = surface[i] as number;
        labels[at] = markers.data[i] as number;
        heights[at] = value;
        if (value < least) least = value;
        if (value > most) most = value;
        if (Math.floor(value) !== value) whole = false;
      }
    }
    if (whole && most - least <= 4 * size + SMALL) {
      for (let at = 0; at < size; at++) {
        if (labels[at] !== BLOCKED) levels[at] = (heights[at] as number) - least;
      }
      return most - least + 1;
    }
    for (let at = 0; at < size; at++) if (labels[at] !== BLOCKED) places.push(at);
    places.sort((a, b) => (heights[a] as number) - (heights[b] as number) || a - b);
    let rank = 0;
    places.forEach((at, k) => {
      if (k > 0 && heights[at] !== heights[places[k - 1] as number]) rank++;
      levels[at] = rank;
    });
    return rank + 1;
  }

  return {
    flood(box: Box, scene: Scene, out: Uint32Array): void {
      const count = take(box, scene);
      if (head.length < count) {
        head = new Int32Array(2 * count);
        tail = new Int32Array(2 * count);
      }
      const stride = box.width + 2;
      const size = stride * (box.height + 2);
      let lowest = count;
      for (let at = 0; at < size; at++) {
        if ((labels[at] as number) <= 0) continue;
        const own = levels[at] as number;
        if (head[own] === 0) head[own] = at;
        else next[tail[own] as number] = at;
        next[at] = 0;
        tail[own] = at;
        if (own < lowest) lowest = own;
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
          const own = levels[at] as number;
          if (head[own] === 0) head[own] = at;
          else next[tail[own] as number] = at;
          next[at] = 0;
          tail[own] = at;
          if (own < lowest) lowest = own;
        }
      }
      for (let y = 0; y < box.height; y++) {
        let i = (box.top + y) * scene.regions.width + box.left;
        let at = (y + 1) * stride + 1;
        for (let x = 0; x < box.width; x++, i++, at++) {
          if ((labels[at] as number) > 0) out[i] = labels[at] as number;
        }
      }
    },
  };
}

/** Levels that are always worth a table of their own. */
const SMALL = 65_536;

function checkHeights(surface: ArrayLike<number>): void {
  for (let i = 0; i < surface.length; i++) {
    const value = surface[i] as number;
    // Only a finite number leaves nothing of itself.
    if (value - value !== 0) throw new RangeError(`A watershed cannot flood a surface of height ${value}.`);
  }
}
