import type { Samples } from '../api.ts';

/** Copies one channel out of samples that lie channel by channel in each pixel. */
export function copyChannel<Plane extends Samples>(
  data: Samples,
  channels: number,
  channel: number,
  plane: Plane,
): Plane {
  for (let i = 0, from = channel; i < plane.length; i++, from += channels) plane[i] = data[from] as number;
  return plane;
}
