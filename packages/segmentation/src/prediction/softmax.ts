import type { ViewWalk } from './test-time-augmentation.js';

/**
 * Adds the softmax of one sample's logits, flipped back and multiplied by `share`, to `sums`; both are [K, H, W], the logits from
 * `offset` on. Large logits do not overflow.
 *
 * @returns false when logits were so broken (no numbers, infinite) that they have no softmax.
 */
export function addSoftmax(
  logits: Float32Array,
  offset: number,
  shape: { readonly classes: number; readonly height: number; readonly width: number },
  walk: ViewWalk,
  sums: Float32Array,
  share: number,
): boolean {
  return shape.classes === 2
    ? addTwoClasses(logits, offset, shape, walk, sums, share)
    : addClasses(logits, offset, shape, walk, sums, share);
}

/**
 * Adds the sigmoid of each of the planes that `sums` [P, H, W] holds, as `addSoftmax` does the softmax.
 *
 * @returns false when a logit was no number.
 */
export function addSigmoid(
  logits: Float32Array,
  offset: number,
  { height, width }: { readonly height: number; readonly width: number },
  walk: ViewWalk,
  sums: Float32Array,
  share: number,
): boolean {
  const plane = height * width;
  let total = 0;
  for (let start = 0, target = 0; start < sums.length; start += plane) {
    for (let y = 0; y < height; y++) {
      let source = offset + start + walk.start + y * walk.rowStep;
      for (let x = 0; x < width; x++) {
        const probability = 1 / (1 + Math.exp(-(logits[source] as number)));
        sums[target] = (sums[target] as number) + share * probability;
        total += probability;
        target++;
        source += walk.step;
      }
    }
  }
  return Number.isFinite(total);
}

type Adder = typeof addSoftmax;

/** Two classes need one exponential a pixel: p = 1 / (1 + exp(a - b)). */
const addTwoClasses: Adder = (logits, offset, { height, width }, walk, sums, share) => {
  const plane = height * width;
  let total = 0;
  let target = 0;
  for (let y = 0; y < height; y++) {
    let source = offset + walk.start + y * walk.rowStep;
    for (let x = 0; x < width; x++) {
      const difference = (logits[source] as number) - (logits[source + plane] as number);
      const probability = 1 / (1 + Math.exp(difference));
      sums[target] = (sums[target] as number) + share * (1 - probability);
      sums[target + plane] = (sums[target + plane] as number) + share * probability;
      total += probability;
      target++;
      source += walk.step;
    }
  }
  return Number.isFinite(total);
};

const addClasses: Adder = (logits, offset, { classes, height, width }, walk, sums, share) => {
  const plane = height * width;
  const powers = new Float64Array(classes);
  let total = 0;
  let target = 0;
  for (let y = 0; y < height; y++) {
    let source = offset + walk.start + y * walk.rowStep;
    for (let x = 0; x < width; x++) {
      let largest = -Infinity;
      for (let k = 0; k < classes; k++) largest = Math.max(largest, logits[source + k * plane] as number);
      let sum = 0;
      for (let k = 0; k < classes; k++) {
        const power = Math.exp((logits[source + k * plane] as number) - largest);
        powers[k] = power;
        sum += power;
      }
      for (let k = 0; k < classes; k++) {
        const at = target + k * plane;
        sums[at] = (sums[at] as number) + (share * (powers[k] as number)) / sum;
      }
      total += sum;
      target++;
      source += walk.step;
    }
  }
  return Number.isFinite(total);
};
