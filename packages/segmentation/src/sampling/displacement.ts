import type { SpatialChanges } from './augmentation.js';
import { elasticField } from './elastic-field.js';
import { gridDisplacements } from './grid-distortion.js';

/** How far the pixels of a row of a tile are moved before it is turned, in pixels of the tile. */
export interface RowDisplacement {
  readonly down: Float64Array;
  readonly right: Float64Array;
}

/**
 * The displacements of a tile's rows by elastic and grid distortion together: those of both are added. Null where there is
 * neither. The arrays of a row are overwritten by the next.
 */
export function displacement(
  { elastic, gridDistortion }: SpatialChanges,
  tile: { readonly height: number; readonly width: number },
): ((y: number) => RowDisplacement) | null {
  if (elastic === null && gridDistortion === null) return null;
  const field = elastic && elasticField(elastic, tile);
  const rows = gridDisplacements(gridDistortion?.rows ?? [1], tile.height);
  const columns = gridDisplacements(gridDistortion?.columns ?? [1], tile.width);
  const down = new Float64Array(tile.width);
  const right = new Float64Array(tile.width);
  return (y) => {
    field?.row(y, down, right);
    for (let x = 0; x < tile.width; x++) {
      down[x] = (field ? (down[x] as number) : 0) + (rows[y] as number);
      right[x] = (field ? (right[x] as number) : 0) + (columns[x] as number);
    }
    return { down, right };
  };
}
