/** What the second head of a network should say of a training image: see `networks/separation-head.ts`. */
import { boxesOf, findClassObjects, type LabelImage, squaredDistances } from '@deepflash/imaging';
import { SEPARATION_PLANES } from '../networks/separation-head.js';
import { isIgnored, type Planes } from '../sampling/planes.js';
import type { LabelledImage } from './plan.js';

/** How near, in pixels of a tile, two objects must be to touch. */
const REACH = 2;

/**
 * Distance and boundary, [2, H, W], of the image's objects: those that it numbers, or else the regions of each class of its mask.
 *
 * @param scale pixels of the image for one pixel of a tile
 */
export function separationTargets({ mask, objects }: LabelledImage, scale: number): Planes {
  const labels = objects ?? regionsOf(mask);
  const { width, height } = labels;
  const data = new Float32Array(SEPARATION_PLANES * width * height);
  writeDistances(labels, data);
  writeBoundaries(labels, Math.max(1, Math.round(REACH * scale)), data.subarray(width * height));
  return { channels: SEPARATION_PLANES, height, width, data };
}

function regionsOf(mask: LabelledImage['mask']): LabelImage {
  const data = mask.data.map((label) => (isIgnored(label, mask.classes) ? 0 : label));
  return findClassObjects({ ...mask, data }).labels;
}

/** Each pixel's distance to what is not its object, as a part of the largest one in that object. */
function writeDistances({ width, height, count, data }: LabelImage, out: Float32Array): void {
  const boxes = boxesOf({ width, height, count, data });
  for (let label = 1; label <= count; label++) {
    const { left, top, right, bottom } = boxAround(boxes, label, width, height);
    const size = { width: right - left, height: bottom - top };
    if (size.width <= 0) continue;
    const own = new Uint8Array(size.width * size.height);
    for (let y = 0; y < size.height; y++) {
      const row = (top + y) * width + left;
      for (let x = 0; x < size.width; x++) own[y * size.width + x] = data[row + x] === label ? 1 : 0;
    }
    const squares = squaredDistances({ ...size, data: own });
    const most = squares.reduce((a, b) => Math.max(a, b), 1);
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const square = squares[y * size.width + x] as number;
        if (square > 0) out[(top + y) * width + left + x] = Math.sqrt(square / most);
      }
    }
  }
}

/** A pixel more on each side, where the picture has it: an object that the border cuts off goes on behind it. */
function boxAround(boxes: Int32Array, label: number, width: number, height: number) {
  const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(4 * label, 4 * label + 4);
  return {
    left: Math.max(0, left - 1),
    top: Math.max(0, top - 1),
    right: right === 0 ? 0 : Math.min(width, right + 1),
    bottom: Math.min(height, bottom + 1),
  };
}

/** 1 where pixels of two objects lie within `reach`, along each axis, of a pixel. */
function writeBoundaries({ width, height, data }: LabelImage, reach: number, out: Float32Array): void {
  const least = Uint32Array.from(data, (label) => (label === 0 ? NONE : label));
  const most = Uint32Array.from(data);
  for (const [step, length, across] of [
    [1, width, height],
    [width, height, width],
  ] as const) {
    const next = step === 1 ? width : 1;
    spread(least, { step, length, across, next, reach }, Math.min);
    spread(most, { step, length, across, next, reach }, Math.max);
  }
  for (let i = 0; i < out.length; i++) out[i] = (least[i] as number) < (most[i] as number) ? 1 : 0;
}

const NONE = 2 ** 32 - 1;

interface Lines {
  /** From one value of a line to the next, how many there are; how many lines there are, and from one to the next. */
  readonly step: number;
  readonly length: number;
  readonly across: number;
  readonly next: number;
  readonly reach: number;
}

/** Gives each value the least or largest of those within `reach` along its line. */
function spread(
  values: Uint32Array,
  { step, length, across, next, reach }: Lines,
  choose: (a: number, b: number) => number,
): void {
  const line = new Uint32Array(length);
  for (let start = 0, n = 0; n < across; n++, start += next) {
    for (let i = 0; i < length; i++) line[i] = values[start + i * step] as number;
    for (let i = 0; i < length; i++) {
      let chosen = line[i] as number;
      const end = Math.min(length - 1, i + reach);
      for (let k = Math.max(0, i - reach); k <= end; k++) chosen = choose(chosen, line[k] as number);
      values[start + i * step] = chosen;
    }
  }
}
