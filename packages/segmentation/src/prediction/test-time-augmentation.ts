/**
 * Test-time augmentation: the network sees each tile as it is and flipped, on request also turned by quarters, and its
 * answers, flipped and turned back, are averaged.
 */
export type Flip = 'none' | 'vertical' | 'horizontal' | 'both';

/** Quarter turns (to the left is counterclockwise) and the flips over the two diagonals; only of square tiles. */
export type Turn = 'left' | 'right' | 'transposed' | 'antitransposed';

/** How a network sees a tile. */
export type View = Flip | Turn;

/** All four flips, the set of deepFlash2 (deepflash2/tta.py: every combination of two flips). */
export const ALL_FLIPS: readonly Flip[] = ['none', 'vertical', 'horizontal', 'both'];

/** All eight ways in which a square falls onto itself. */
export const ALL_VIEWS: readonly View[] = [...ALL_FLIPS, 'left', 'right', 'transposed', 'antitransposed'];

/** How to walk a plane of `height` by `width` pixels so that its pixels come as they are viewed. */
export interface ViewWalk {
  /** Index of the first pixel. */
  readonly start: number;
  /** From the first pixel of a row to the first pixel of the next. */
  readonly rowStep: number;
  /** From one pixel of a row to the next. */
  readonly step: number;
}

/** The walk through a plane for a view. Throws a RangeError for a turn of a plane that is not square. */
export function viewWalk(view: View, height: number, width: number): ViewWalk {
  const last = height * width - 1;
  switch (view) {
    case 'none':
      return { start: 0, rowStep: width, step: 1 };
    case 'vertical':
      return { start: (height - 1) * width, rowStep: -width, step: 1 };
    case 'horizontal':
      return { start: width - 1, rowStep: width, step: -1 };
    case 'both':
      return { start: last, rowStep: -width, step: -1 };
  }
  if (height !== width) {
    throw new RangeError(`Only square tiles can be turned, not tiles of ${height} x ${width} pixels.`);
  }
  return {
    left: { start: width - 1, rowStep: -1, step: width },
    right: { start: last - width + 1, rowStep: 1, step: -width },
    transposed: { start: 0, rowStep: 1, step: width },
    antitransposed: { start: last, rowStep: -1, step: -width },
  }[view];
}

/** The walk that takes a plane, which was walked for the view, back to what it was. */
export function walkBack(view: View, height: number, width: number): ViewWalk {
  return viewWalk(view === 'left' ? 'right' : view === 'right' ? 'left' : view, height, width);
}

/** Writes a tile [C, H, W] as it is viewed into `out` from `offset` on. */
export function copyViewed(
  tile: Float32Array,
  shape: { readonly channels: number; readonly height: number; readonly width: number },
  walk: ViewWalk,
  out: Float32Array,
  offset: number,
): void {
  const { channels, height, width } = shape;
  let target = offset;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      let source = channel * height * width + walk.start + y * walk.rowStep;
      for (let x = 0; x < width; x++) {
        out[target++] = tile[source] as number;
        source += walk.step;
      }
    }
  }
}
