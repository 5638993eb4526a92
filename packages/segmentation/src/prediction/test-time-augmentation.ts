/**
 * Test-time augmentation: the network sees each tile as it is and flipped, and its answers, flipped back,
 * are averaged.
 */
export type Flip = 'none' | 'vertical' | 'horizontal' | 'both';

/** All four flips, the set of deepFlash2 (deepflash2/tta.py: every combination of two flips). */
export const ALL_FLIPS: readonly Flip[] = ['none', 'vertical', 'horizontal', 'both'];

/** How to walk a plane of `height` by `width` pixels so that its pixels come in flipped order. */
export interface FlipWalk {
  /** Index of the first pixel. */
  readonly start: number;
  /** From the first pixel of a row to the first pixel of the next. */
  readonly rowStep: number;
  /** From one pixel of a row to the next. */
  readonly step: number;
}

/** The walk through a plane for a flip. A flip is its own inverse, so the same walk flips back. */
export function flipWalk(flip: Flip, height: number, width: number): FlipWalk {
  const vertical = flip === 'vertical' || flip === 'both';
  const horizontal = flip === 'horizontal' || flip === 'both';
  return {
    start: (vertical ? (height - 1) * width : 0) + (horizontal ? width - 1 : 0),
    rowStep: vertical ? -width : width,
    step: horizontal ? -1 : 1,
  };
}

/** Writes a tile [C, H, W] flipped into `out` from `offset` on. */
export function copyFlipped(
  tile: Float32Array,
  shape: { readonly channels: number; readonly height: number; readonly width: number },
  flip: Flip,
  out: Float32Array,
  offset: number,
): void {
  const { channels, height, width } = shape;
  const walk = flipWalk(flip, height, width);
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
