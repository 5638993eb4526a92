/** How overlapping tiles are merged: their middle counts most, or every pixel of a tile counts the same. */
export type TileWeighting = 'gaussian' | 'uniform';

/** The width of the Gaussian window: its standard deviation as a fraction of the tile, as in deepFlash2. */
const SIGMA = 1 / 8;

/**
 * The weight of each pixel along one axis of a tile, 1 in the middle. A tile's weight is the product of
 * its row's and its column's weight.
 */
export function tileWeights(tile: number, weighting: TileWeighting): Float64Array {
  const weights = new Float64Array(tile).fill(1);
  if (weighting === 'uniform') return weights;
  const middle = (tile - 1) / 2;
  const sigma = tile * SIGMA;
  return weights.map((_, i) => Math.exp(-((i - middle) ** 2) / (2 * sigma * sigma)));
}
