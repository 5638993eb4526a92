/**
 * Weights that keep touching objects apart, as in the U-Net paper (Ronneberger, Fischer and Brox 2015): a background pixel
 * weighs
 *
 *     1 + boundaryWeight exp(-(d1 + d2)^2 / (2 boundaryWidth^2)),
 *
 * where d1 and d2 are its distances to the nearest pixels of the nearest object and of the second nearest. All other
 * pixels weigh 1 (the paper's balance of the classes is `classWeights` here). Objects are the regions of one class whose
 * pixels touch along edges, so masks must have a line of background between objects, if only one pixel wide.
 *
 * Where d1 + d2 is more than four widths, less than 0.04 % of boundaryWeight would be added, and nothing is. Within that
 * reach the two distances are exact: along each row the two nearest objects of each pixel are found, and down each column
 * the two nearest of those. No other object of a row can be among the two nearest of the plane.
 */
import { connectedComponents } from '@deepflash/imaging';
import type { LossParameters } from './parameters.js';

export interface LabelPlane {
  readonly height: number;
  readonly width: number;
  /** Class of each pixel. */
  readonly data: Uint8Array | Int32Array;
}

/** Writes the weight of each pixel of a tile to `out`. Classes from `classes` on are background, as far as this goes. */
export function boundaryWeights(
  labels: LabelPlane,
  classes: number,
  { boundaryWeight, boundaryWidth }: Pick<LossParameters, 'boundaryWeight' | 'boundaryWidth'>,
  out: Float32Array,
): void {
  out.fill(1);
  const { objects, count } = numberedObjects(labels, classes);
  if (count < 2) return;
  const reach = 4 * boundaryWidth;
  const near = nearestInRows(objects, labels, Math.floor(reach));
  const fallOff = -1 / (2 * boundaryWidth ** 2);
  for (let row = 0; row < labels.height; row++) {
    for (let column = 0; column < labels.width; column++) {
      const pixel = row * labels.width + column;
      if (labels.data[pixel] !== 0) continue;
      const distance = sumOfTwoDistances(near, labels, row, column, reach);
      if (distance <= reach) out[pixel] = 1 + boundaryWeight * Math.exp(fallOff * distance * distance);
    }
  }
}

interface NumberedObjects {
  /** 0 is no object. */
  readonly objects: Uint32Array;
  readonly count: number;
}

function numberedObjects({ width, height, data }: LabelPlane, classes: number): NumberedObjects {
  const objects = new Uint32Array(data.length);
  const present = new Set<number>(data);
  let count = 0;
  for (const value of present) {
    if (value === 0 || value >= classes) continue;
    const mask = Uint8Array.from(data, (one) => (one === value ? 1 : 0));
    const found = connectedComponents({ width, height, data: mask }, 4);
    for (let pixel = 0; pixel < objects.length; pixel++) {
      const label = found.data[pixel] as number;
      if (label > 0) objects[pixel] = count + label;
    }
    count += found.count;
  }
  return { objects, count };
}

/** The nearest and the second nearest object of each pixel in its row, and how far they are; number 0: none in reach. */
interface NearestInRows {
  readonly first: Uint32Array;
  readonly firstDistance: Int32Array;
  readonly second: Uint32Array;
  readonly secondDistance: Int32Array;
}

function nearestInRows(objects: Uint32Array, { width, height }: LabelPlane, reach: number): NearestInRows {
  const first = new Uint32Array(objects.length);
  const firstDistance = new Int32Array(objects.length);
  const second = new Uint32Array(objects.length);
  const secondDistance = new Int32Array(objects.length);
  const offer = (pixel: number, object: number, distance: number): void => {
    if (object === 0 || distance > reach) return;
    if (object === first[pixel]) {
      firstDistance[pixel] = Math.min(firstDistance[pixel] as number, distance);
    } else if (first[pixel] === 0 || distance < (firstDistance[pixel] as number)) {
      second[pixel] = first[pixel] as number;
      secondDistance[pixel] = firstDistance[pixel] as number;
      first[pixel] = object;
      firstDistance[pixel] = distance;
    } else if (
      second[pixel] === 0 ||
      object === second[pixel] ||
      distance < (secondDistance[pixel] as number)
    ) {
      const known = object === second[pixel] ? (secondDistance[pixel] as number) : distance;
      second[pixel] = object;
      secondDistance[pixel] = Math.min(known, distance);
    }
  };
  for (let row = 0; row < height; row++) {
    for (const step of [1, -1]) {
      // The object met last on the way, and the one before it, with the columns where each was left.
      let [last, lastColumn, before, beforeColumn] = [0, 0, 0, 0];
      for (let column = step === 1 ? 0 : width - 1; column >= 0 && column < width; column += step) {
        const pixel = row * width + column;
        const object = objects[pixel] as number;
        if (object !== 0) {
          if (object !== last) [before, beforeColumn] = [last, lastColumn];
          [last, lastColumn] = [object, column];
        }
        offer(pixel, last, Math.abs(column - lastColumn));
        offer(pixel, before, Math.abs(column - beforeColumn));
      }
    }
  }
  return { first, firstDistance, second, secondDistance };
}

/** d1 + d2 of a pixel, or infinity where two objects are not in reach. */
function sumOfTwoDistances(
  near: NearestInRows,
  { width, height }: LabelPlane,
  row: number,
  column: number,
  reach: number,
): number {
  let [nearest, d1, d2] = [0, Infinity, Infinity];
  const offer = (object: number, distance: number): void => {
    if (object === 0) return;
    if (object === nearest) d1 = Math.min(d1, distance);
    else if (distance < d1) [nearest, d2, d1] = [object, d1, distance];
    else d2 = Math.min(d2, distance);
  };
  // Squares of distances, row by row outwards until no nearer pixel can come.
  for (let away = 0; away * away < d2 && away <= reach; away++) {
    for (const other of away === 0 ? [row] : [row - away, row + away]) {
      if (other < 0 || other >= height) continue;
      const pixel = other * width + column;
      offer(near.first[pixel] as number, (near.firstDistance[pixel] as number) ** 2 + away * away);
      offer(near.second[pixel] as number, (near.secondDistance[pixel] as number) ** 2 + away * away);
    }
  }
  return Math.sqrt(d1) + Math.sqrt(d2);
}
