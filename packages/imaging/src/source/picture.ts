import { type Image, newSamples } from '../image.js';
import { type Channel, checkRegion, type ImageInfo, type ImageSource, type Region } from './image-source.js';

const RGB: readonly Channel[] = [
  { name: 'Red', colour: [255, 0, 0] },
  { name: 'Green', colour: [0, 255, 0] },
  { name: 'Blue', colour: [0, 0, 255] },
];

/** Channels without names, or those of a colour picture. */
export function pictureChannels(count: number, { rgb }: { readonly rgb: boolean }): readonly Channel[] {
  return rgb ? RGB : Array.from({ length: count }, () => ({ name: null, colour: null }));
}

/** A picture in memory as a source: one plane at one resolution. */
export function pictureSource(image: Image, { format, storedType, opacity }: PictureOptions): ImageSource {
  const { width, height, channels, dtype } = image;
  const rgb = channels === 3;
  const info: ImageInfo = {
    format,
    width,
    height,
    channels: pictureChannels(channels, { rgb }),
    rgb,
    slices: 1,
    frames: 1,
    dtype,
    storedType: storedType ?? dtype,
    pixelSize: null,
    unit: null,
    levels: [{ width, height }],
  };
  return {
    info,
    async readRegion(region) {
      checkRegion(info, region);
      const wanted = region.channels ?? info.channels.map((_, channel) => channel);
      const data = newSamples(dtype, region.width * region.height * wanted.length);
      let to = 0;
      for (let y = region.y; y < region.y + region.height; y++) {
        for (let x = region.x; x < region.x + region.width; x++) {
          for (const channel of wanted) data[to++] = image.data[(y * width + x) * channels + channel] ?? 0;
        }
      }
      return { width: region.width, height: region.height, channels: wanted.length, dtype, data };
    },
    ...(opacity === undefined
      ? {}
      : {
          async readOpacity(region: Region) {
            checkRegion(info, region);
            const part = new Uint8Array(region.width * region.height);
            for (let row = 0; row < region.height; row++) {
              const start = (region.y + row) * width + region.x;
              part.set(opacity.subarray(start, start + region.width), row * region.width);
            }
            return part;
          },
        }),
    async close() {},
  };
}

export interface PictureOptions {
  readonly format: ImageInfo['format'];
  /** The type in the file, where it is another than in memory. */
  readonly storedType?: string;
  /** How opaque the pixels are, where the file says so, from 0 to 255. */
  readonly opacity?: Uint8Array;
}
