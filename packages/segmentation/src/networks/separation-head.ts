/**
 * A second head that tells touching objects apart. For each pixel it answers two questions, each as a logit:
 *
 *     distance   how deep inside its object is it, 1 in the object's middle, near 0 at its edge, 0 in the background
 *     boundary   does it lie where two objects touch
 *
 * Distances are each object's own (as in the deep watershed transform of Bai and Urtasun 2017, doi:10.1109/CVPR.2017.305,
 * and the distance maps of Naylor et al. 2018, doi:10.1109/TMI.2018.2865709), so that small objects have a middle, too.
 */
import { type Value, xavierUniform } from '@deepflash/engine';
import { convBatchNormRelu } from './decoder-blocks.js';
import { type Builder, conv2dWithBias } from './layers.js';

/** Whether a network has the head. */
export const separations = ['none', 'distance'] as const;
export type Separation = (typeof separations)[number];

/** Planes of the head: distance and boundary. */
export const SEPARATION_PLANES = 2;

/** How many planes a network gives beside its classes. */
export function separationPlanes(separation: Separation | undefined): number {
  return separation === 'distance' ? SEPARATION_PLANES : 0;
}

const FILTERS = 16;

/** @param decoded what the decoder gives, [N, C, H, W] @returns logits [N, 2, H, W] */
export function separationHead(builder: Builder, name: string, decoded: Value): Value {
  const seen = convBatchNormRelu(builder, `${name}.0`, decoded, { filters: FILTERS, kernel: 3, padding: 1 });
  const last = { filters: SEPARATION_PLANES, kernel: 3, padding: 1 };
  return conv2dWithBias({ ...builder, initialise: xavierUniform }, `${name}.1`, seen, last);
}
