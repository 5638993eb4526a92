import { checkImage, type Image, newSamples } from '../image.js';
import type { Channel, ImageInfo } from '../source/image-source.js';

/** Planes of one picture with what is known of it. */
export interface TiffStack {
  /**
   * Images of one size and type. Each is one channel, and channels run fastest, then Z, then time; or each holds
   * three channels, the red, green and blue of a colour picture, and Z runs fastest, then time.
   */
  readonly planes: readonly Image[];
  readonly channels: readonly Channel[];
  readonly slices: number;
  readonly frames: number;
  readonly pixelSize: ImageInfo['pixelSize'];
  readonly unit: ImageInfo['unit'];
  /** Seconds from frame to frame; undefined or null where that is not known. */
  readonly frameInterval?: number | null | undefined;
}

/** A stack whose planes were found to be alike, with what they have in common. */
export interface CheckedStack extends TiffStack, Pick<Image, 'width' | 'height' | 'dtype'> {
  /** Channels in each plane: 1, or 3 for RGB. */
  readonly samples: number;
}

/** Throws a RangeError unless the planes are alike and as many as channels, slices and frames say. */
export function checkStack(stack: TiffStack): CheckedStack {
  const { planes, channels, slices, frames, pixelSize } = stack;
  const [first] = planes;
  if (first === undefined) throw new RangeError('A stack needs at least one plane.');
  const { width, height, dtype, channels: samples } = first;
  for (const plane of planes) {
    checkImage(plane);
    if (
      plane.width !== width ||
      plane.height !== height ||
      plane.dtype !== dtype ||
      plane.channels !== samples
    ) {
      throw new RangeError('The planes of a stack must be of one size, type and number of channels.');
    }
  }
  if (samples !== 1 && samples !== 3) {
    throw new RangeError(`A plane of a stack has 1 channel, or 3 for RGB, not ${samples}.`);
  }
  if (planes.length * samples !== channels.length * slices * frames) {
    throw new RangeError(
      `${channels.length} channels, ${slices} slices and ${frames} frames are not ${planes.length} planes.`,
    );
  }
  if (pixelSize !== null && !(pixelSize.x > 0 && pixelSize.y > 0 && (pixelSize.z ?? 1) > 0)) {
    throw new RangeError('The size of a pixel must be above zero.');
  }
  return { ...stack, width, height, dtype, samples };
}

/** An image as a stack: its channels become planes, except those of RGB where `rgb` is `together`. */
export function stackOf(image: Image, rgb: 'together' | 'apart'): TiffStack {
  checkImage(image);
  const { width, height, channels, dtype, data } = image;
  const names = channels === 3 ? RGB : Array.from({ length: channels }, () => NAMELESS);
  const one = { channels: names, slices: 1, frames: 1, pixelSize: null, unit: null };
  if (channels === 1 || (channels === 3 && rgb === 'together')) return { ...one, planes: [image] };
  const planes = names.map((_, channel): Image => {
    const plane = newSamples(dtype, width * height);
    for (let i = 0; i < plane.length; i++) plane[i] = data[i * channels + channel] as number;
    return { width, height, channels: 1, dtype, data: plane };
  });
  return { ...one, planes };
}

const NAMELESS: Channel = { name: null, colour: null };
const RGB: readonly Channel[] = [
  { name: 'Red', colour: [255, 0, 0] },
  { name: 'Green', colour: [0, 255, 0] },
  { name: 'Blue', colour: [0, 0, 255] },
];
