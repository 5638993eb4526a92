import type { PredictedRows } from '@deepflash/segmentation';
import type { ObjectRecord } from './object-records.js';

/** How objects are told apart in predicted masks. */
export interface ObjectOptions {
  /**
   * What touches is one object, or is cut where it is narrow, or as the networks learnt to. `auto`: as `automatic` says
   * where the image fits into memory, else one object.
   */
  readonly separate: 'auto' | 'components' | 'watershed' | 'learned';
  /** What `auto` is for images that fit into memory. Default: learned where the networks learnt it, else components. */
  readonly automatic?: 'components' | 'watershed' | 'learned';
  /** For learned: how clearly objects must part, from 0 to 1; with a larger one fewer are cut. */
  readonly prominence: number;
  /** For watershed: by how many pixels a part must be thicker than its neck to be an object of its own. */
  readonly depth: number;
  /** Objects of fewer pixels are no objects; they stay in the mask. */
  readonly minimumSize: number;
  readonly fillHoles: boolean;
  readonly excludeBorder: boolean;
}

/** Files of images that do not fit into memory. */
export type LargeFormat = 'ome-tiff' | 'ome-zarr';

/** Where the rows of a prediction go. */
export interface RowTaker {
  /** Takes the next rows. */
  take(rows: PredictedRows): Promise<void>;
  /** Writes what is left of the image, and tells its objects. */
  finish(): Promise<readonly ObjectRecord[]>;
  /** Leaves nothing half-written behind. */
  discard(): Promise<void>;
}
