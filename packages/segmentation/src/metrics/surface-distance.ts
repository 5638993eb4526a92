import { type Mask, squaredDistances } from '@deepflash/imaging';

// The surface of a region are its pixels that have a pixel of another kind, or none, beyond one of their edges. From
// each surface pixel of one region it is so far to the nearest surface pixel of the other. The numbers below sum up
// these distances of both regions, so that it does not matter which region is called the true one. Definitions follow
// L. Maier-Hein, A. Reinke et al., "Metrics reloaded", Nature Methods 21 (2024).

/** How far the surfaces of two regions are from one another, in pixels. */
export interface SurfaceDistances {
  /**
   * Hausdorff distance without its outliers: the larger of the two regions' 95th percentiles (linear between
   * neighbours) of the distances to the other.
   */
  readonly hausdorff95: number;
  /** Average symmetric surface distance: the mean over the surface pixels of both regions. */
  readonly mean: number;
}

/**
 * Compares the nonzero pixels of two masks. Both distances are 0 where neither has any, and null where one alone has.
 *
 * @throws RangeError when the masks differ in size.
 */
export function surfaceDistances(prediction: Mask, target: Mask): SurfaceDistances | null {
  if (prediction.width !== target.width || prediction.height !== target.height) {
    throw new RangeError(
      `The prediction has ${prediction.width} x ${prediction.height} pixels, ` +
        `the mask ${target.width} x ${target.height}.`,
    );
  }
  const [here, there] = [surfacePixels(prediction), surfacePixels(target)];
  if (here.length === 0 && there.length === 0) return { hausdorff95: 0, mean: 0 };
  if (here.length === 0 || there.length === 0) return null;
  const forth = distancesTo(there, here, prediction);
  const back = distancesTo(here, there, prediction);
  let sum = 0;
  for (const distance of forth) sum += distance;
  for (const distance of back) sum += distance;
  return {
    hausdorff95: Math.max(percentile(forth, 0.95), percentile(back, 0.95)),
    mean: sum / (forth.length + back.length),
  };
}

function surfacePixels({ width, height, data }: Mask): Uint32Array {
  const found: number[] = [];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] === 0) continue;
      const inner =
        x > 0 &&
        y > 0 &&
        x + 1 < width &&
        y + 1 < height &&
        data[i - 1] !== 0 &&
        data[i + 1] !== 0 &&
        data[i - width] !== 0 &&
        data[i + width] !== 0;
      if (!inner) found.push(i);
    }
  }
  return Uint32Array.from(found);
}

/** From each pixel of `from` to the nearest of `goal`. */
function distancesTo(
  goal: Uint32Array,
  from: Uint32Array,
  { width, height }: Pick<Mask, 'width' | 'height'>,
): Float64Array {
  const elsewhere = new Uint8Array(width * height).fill(1);
  for (const pixel of goal) elsewhere[pixel] = 0;
  const squares = squaredDistances({ width, height, data: elsewhere });
  return Float64Array.from(from, (pixel) => Math.sqrt(squares[pixel] as number));
}

function percentile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort();
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}
