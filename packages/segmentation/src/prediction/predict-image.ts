import type { Planes } from '../sampling/planes.js';
import { rowsOf } from './plane-rows.js';
import { predictRows } from './predict-rows.js';
import type { PredictionOptions } from './prediction-options.js';
import { uncertaintyScores } from './uncertainty.js';

/** The result for one image, at the image's own size. */
export interface Prediction {
  readonly width: number;
  readonly height: number;
  readonly classes: number;
  /** Mean probability of each class [K, H, W]. */
  readonly probabilities: Float32Array;
  /** The most probable class of each pixel [H, W]. */
  readonly mask: Uint8Array;
  /** Uncertainty of each pixel [H, W], 0 to 1. */
  readonly uncertainty: Float32Array;
  /** What second heads say in the mean, distance and boundary [2, H, W], 0 to 1; empty where there are none. */
  readonly separation: Float32Array;
  /** Mean uncertainty of all pixels. */
  readonly meanUncertainty: number;
  /** Mean uncertainty of the predicted foreground; null when there is none. */
  readonly uncertaintyScore: number | null;
}

/** Predicts an image in memory from its raw values. Throws what `predictRows` throws. */
export async function predictImage(planes: Planes, options: PredictionOptions): Promise<Prediction> {
  const { height, width } = planes;
  const { classes, separationPlanes = 0 } = options;
  const pixels = height * width;
  const probabilities = new Float32Array(classes * pixels);
  const mask = new Uint8Array(pixels);
  const uncertainty = new Float32Array(pixels);
  const separation = new Float32Array(separationPlanes * pixels);
  await predictRows(rowsOf(planes), options, (rows) => {
    const start = rows.first * width;
    const length = rows.count * width;
    for (let k = 0; k < classes; k++) {
      probabilities.set(rows.probabilities.subarray(k * length, (k + 1) * length), k * pixels + start);
    }
    for (let k = 0; k < separationPlanes; k++) {
      separation.set(rows.separation.subarray(k * length, (k + 1) * length), k * pixels + start);
    }
    mask.set(rows.mask, start);
    uncertainty.set(rows.uncertainty, start);
  });
  return {
    ...{ width, height, classes, probabilities, mask, uncertainty, separation },
    ...uncertaintyScores(uncertainty, mask),
  };
}
