import type { Rows } from './resize.js';

/** The result for some rows of an image, at the image's own resolution. */
export interface PredictedRows {
  /** The first row, and how many there are. */
  readonly first: number;
  readonly count: number;
  /** Mean probability of each class [K, count, W]. */
  readonly probabilities: Float32Array;
  /** The most probable class of each pixel [count, W]. */
  readonly mask: Uint8Array;
  /** Uncertainty of each pixel [count, W], 0 to 1. */
  readonly uncertainty: Float32Array;
  /** Mean of what the models say beside the classes [P, count, W], 0 to 1; without such planes empty. */
  readonly separation: Float32Array;
  /** The most probable class of each pixel [count, W] by each model; where they are not asked for, none. */
  readonly ballots: readonly Uint8Array[];
}

/** What the planes of some rows are: the classes, the uncertainty, the planes beside the classes, the classes of each voter. */
export function predictedRows(
  { data, first, count }: Rows,
  width: number,
  kinds: { readonly classes: number; readonly separationPlanes: number; readonly voters: number },
): PredictedRows {
  const { classes, separationPlanes, voters } = kinds;
  const pixels = count * width;
  const planes = (from: number, number: number): Float32Array =>
    data.subarray(from * pixels, (from + number) * pixels);
  const probabilities = planes(0, classes);
  const ballots = Array.from({ length: voters }, (_, voter) =>
    mostProbable(planes(classes + 1 + separationPlanes + voter * classes, classes), classes),
  );
  return {
    ...{ first, count, probabilities, ballots },
    mask: mostProbable(probabilities, classes),
    uncertainty: planes(classes, 1),
    separation: planes(classes + 1, separationPlanes),
  };
}

/** The class with the largest probability, the first of equal ones. */
function mostProbable(probabilities: Float32Array, classes: number): Uint8Array {
  const pixels = probabilities.length / classes;
  const mask = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) {
    let best = 0;
    let largest = probabilities[i] as number;
    for (let k = 1; k < classes; k++) {
      const probability = probabilities[k * pixels + i] as number;
      if (probability > largest) {
        best = k;
        largest = probability;
      }
    }
    mask[i] = best;
  }
  return mask;
}
