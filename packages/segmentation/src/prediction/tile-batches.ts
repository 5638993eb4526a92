/** The tiles of an image, row after row of tiles, cut out and normalised. */
import { tileWeights } from './gaussian-window.js';
import { type AxisShare, mergeShares } from './merge.js';
import type { PlaneRows } from './plane-rows.js';
import type { PredictionOptions } from './prediction-options.js';
import { mirroredPositions, readTile } from './read-tile.js';
import { tileCentres, tileWindow } from './tiles.js';

/** A row or a column of tiles. */
export interface AxisTile extends AxisShare {
  /** The image pixel of each of the tile's pixels. */
  readonly positions: Int32Array;
}

/** The tiles along one axis; `length` is in pixels of the image, `seen` in those that the networks see. */
export function axisTiles(
  length: number,
  seen: number,
  tile: number,
  { borderPadding, maxShift, scale, weighting }: PredictionOptions,
): AxisTile[] {
  const centres = tileCentres(seen, tile, { borderPadding, maxShift });
  const windows = centres.map((centre) => tileWindow(centre, seen, tile));
  return mergeShares(windows, tileWeights(tile, weighting), seen).map((share, i) => {
    const centre = Math.trunc((centres[i] as number) * scale);
    return { ...share, positions: mirroredPositions(centre, length, tile, scale) };
  });
}

/** Neighbouring tiles of one row of tiles. */
export interface TileBatch {
  readonly row: AxisTile;
  readonly columns: readonly AxisTile[];
  /** Normalised, [n, C, H, W]. */
  readonly tiles: Float32Array<ArrayBuffer>;
}

export async function* tileBatches(
  image: PlaneRows,
  tileRows: readonly AxisTile[],
  tileColumns: readonly AxisTile[],
  options: PredictionOptions,
  tilesInBatch: number,
): AsyncGenerator<TileBatch> {
  const { tile, signal } = options;
  const size = image.channels * tile.height * tile.width;
  for (const row of tileRows) {
    const first = row.positions.reduce((a, b) => Math.min(a, b));
    const last = row.positions.reduce((a, b) => Math.max(a, b));
    const band = await image.readRows(first, last - first + 1);
    const rows = row.positions.map((position) => position - first);
    for (let start = 0; start < tileColumns.length; start += tilesInBatch) {
      signal?.throwIfAborted();
      const columns = tileColumns.slice(start, start + tilesInBatch);
      const tiles = new Float32Array(columns.length * size);
      for (const [at, { positions }] of columns.entries()) {
        readTile(band, rows, positions, options, tiles.subarray(at * size));
      }
      yield { row, columns, tiles };
    }
  }
}
