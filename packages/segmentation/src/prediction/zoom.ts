import { resizeBilinear, type Size } from './resize.js';
import type { TileModel } from './tile-model.js';

/** Sides of tiles that every network takes are multiples of this. */
const STEP = 32;

/**
 * A model that sees each tile enlarged (or, below 1, reduced) and whose answer is brought back to the tile's size, both
 * by bilinear interpolation. The tile's sides become the nearest multiples of 32.
 */
export function zoomedModel(model: TileModel, { tile }: { readonly tile: Size }, zoom: number): TileModel {
  if (zoom === 1) return model;
  const side = (length: number): number => Math.max(STEP, Math.round((length * zoom) / STEP) * STEP);
  const seen: Size = { height: side(tile.height), width: side(tile.width) };
  return {
    async predict(batch, [samples, channels]) {
      const shape = [samples, channels, seen.height, seen.width] as const;
      const logits = await model.predict(resizeBilinear(batch, samples * channels, tile, seen), shape);
      const planes = logits.length / (seen.height * seen.width);
      return Number.isInteger(planes) ? resizeBilinear(logits, planes, seen, tile) : logits;
    },
  };
}
