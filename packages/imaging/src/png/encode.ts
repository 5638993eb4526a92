import { encode } from 'fast-png';
import { checkImage, type Image } from '../image.js';

/**
 * Writes an image as PNG, exactly: uint8 or uint16 with 1 (grey), 3 (RGB) or 4 (RGB and alpha) channels.
 * Throws a RangeError for other images; `encodeTiff` takes them.
 */
export function encodePng(image: Image): Uint8Array {
  checkImage(image);
  const { width, height, channels, data } = image;
  if (!(data instanceof Uint8Array || data instanceof Uint16Array)) {
    throw new RangeError(`PNG holds uint8 or uint16 samples, not ${image.dtype}.`);
  }
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new RangeError(`PNG holds 1, 3 or 4 channels, not ${channels}.`);
  }
  const depth = data instanceof Uint16Array ? 16 : 8;
  return encode({ width, height, channels, depth, data }, { zlib: { level: 6 } });
}
