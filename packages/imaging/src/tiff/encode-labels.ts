import type { LabelImage } from '../labels/connected-components.js';
import { encodeTiff, type TiffOptions } from './encode.js';

/**
 * Writes numbered objects as a grey TIFF: uint16, or uint32 where a number is above 65,535. ImageJ and Fiji
 * display it from 0 to the greatest number; they open uint32 as float32, exact up to 16,777,216.
 */
export function encodeLabels(
  labels: Pick<LabelImage, 'width' | 'height' | 'data'>,
  options: Pick<TiffOptions, 'compression' | 'pixelSize' | 'unit'> = {},
): Uint8Array {
  const { width, height, data } = labels;
  let greatest = 0;
  for (let i = 0; i < data.length; i++) greatest = Math.max(greatest, data[i] as number);
  const samples =
    greatest < 2 ** 16
      ? ({ dtype: 'uint16', data: Uint16Array.from(data) } as const)
      : ({ dtype: 'uint32', data } as const);
  return encodeTiff({ width, height, channels: 1, ...samples }, { ...options, metadata: 'imagej' });
}
