/**
 * A smooth random displacement of the pixels of a tile: free-form deformation by cubic B-splines (Rueckert and others
 * 1999). Points at a distance of `spacing` get random displacements, each coordinate uniform from -`reach` to `reach`, and
 * a pixel moves by the B-spline through these values:
 *
 *     d(y, x) = sum over 4 x 4 points of B_i(fraction of y) B_j(fraction of x) d(point)
 *
 * The weights of a pixel are positive and add up to 1, so no pixel moves further than `reach`. Below 0.48 of the spacing
 * nothing folds over itself (Choi and Lee 2000).
 */
import { createRandom } from '@deepflash/engine';
import type { ElasticChange } from './augmentation.js';

/** Displacements along the rows of a tile, row by row from the top. */
export interface ElasticField {
  /** Writes how far each pixel of a row moves down and to the right, in pixels of the tile. */
  row(y: number, down: Float64Array, right: Float64Array): void;
}

export function elasticField(
  { reach, spacing, seed }: ElasticChange,
  tile: { readonly height: number; readonly width: number },
): ElasticField {
  const random = createRandom('elastic', seed);
  const rows = Math.floor((tile.height - 1) / spacing) + 4;
  const columns = Math.floor((tile.width - 1) / spacing) + 4;
  const points = (): Float64Array =>
    Float64Array.from({ length: rows * columns }, () => reach * (2 * random.next() - 1));
  const displacements = [points(), points()] as const;
  const weights = new Float64Array(4 * tile.width);
  for (let x = 0; x < tile.width; x++) splineWeights(x / spacing, weights, 4 * x);
  const rowWeights = new Float64Array(4);
  const line = new Float64Array(columns);
  return {
    row(y, down, right) {
      splineWeights(y / spacing, rowWeights, 0);
      const first = Math.floor(y / spacing) * columns;
      for (const [index, out] of [down, right].entries()) {
        const values = displacements[index] as Float64Array;
        line.fill(0);
        for (let k = 0; k < 4; k++) {
          const weight = rowWeights[k] as number;
          const from = first + k * columns;
          for (let i = 0; i < columns; i++) {
            line[i] = (line[i] as number) + weight * (values[from + i] as number);
          }
        }
        for (let x = 0; x < tile.width; x++) {
          const left = Math.floor(x / spacing);
          const w = 4 * x;
          out[x] =
            (weights[w] as number) * (line[left] as number) +
            (weights[w + 1] as number) * (line[left + 1] as number) +
            (weights[w + 2] as number) * (line[left + 2] as number) +
            (weights[w + 3] as number) * (line[left + 3] as number);
        }
      }
    },
  };
}

/** The four uniform cubic B-splines that are not zero at a place, by its fraction between two points. */
function splineWeights(place: number, out: Float64Array, at: number): void {
  const t = place - Math.floor(place);
  const rest = 1 - t;
  out[at] = rest ** 3 / 6;
  out[at + 1] = 2 / 3 - t * t * (1 - t / 2);
  out[at + 2] = 2 / 3 - rest * rest * (1 - rest / 2);
  out[at + 3] = t ** 3 / 6;
}
