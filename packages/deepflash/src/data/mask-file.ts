import {
  type Image,
  type ImageInfo,
  type ImageSource,
  MaskValueError,
  planParts,
  type Selection,
  selectSource,
} from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';

/**
 * Reads a file that is to hold one mask, or the part of a larger one that is chosen; what is transparent is 0. Throws an
 * ImageFileError, a SelectionError, or a MaskValueError for several planes of which none is chosen.
 */
export async function readMaskFile(path: string, selection?: Selection): Promise<Image> {
  return (await readCalibratedMask(path, selection)).image;
}

/** Reads all of a mask of one plane; what is transparent is 0. Throws an ImageFileError. */
export async function readMask({ info, readRegion, readOpacity }: ImageSource): Promise<Image> {
  const all = { x: 0, y: 0, width: info.width, height: info.height };
  const [image, opacity] = [await readRegion(all), await readOpacity?.(all)];
  return opacity === undefined ? image : drawn(image, opacity);
}

/**
 * What was drawn in a mask: where it is less than half as opaque as elsewhere nothing was, whatever colour is hidden there.
 * Where all of it is as opaque, or as transparent, that tells nothing.
 */
function drawn(image: Image, opacity: Uint8Array): Image {
  const [least, most] = opacity.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [255, 0]);
  if (2 * least >= most) return image;
  const data = image.data.slice();
  opacity.forEach((value, pixel) => {
    if (2 * value < most) data.fill(0, pixel * image.channels, (pixel + 1) * image.channels);
  });
  return { ...image, data };
}

/** A mask, and what its file says of the size of a pixel. */
export interface CalibratedMask extends Pick<ImageInfo, 'pixelSize' | 'unit'> {
  readonly image: Image;
}

/** The same with the size of a pixel. Throws as `readMaskFile`. */
export async function readCalibratedMask(path: string, selection?: Selection): Promise<CalibratedMask> {
  const whole = await openImageFile(path);
  try {
    const source = selection ? selectSource(whole, planParts(whole.info, selection, path)) : whole;
    const { slices, frames, pixelSize, unit } = source.info;
    if (slices * frames === 1) return { image: await readMask(source), pixelSize, unit };
    throw new MaskValueError({
      file: path,
      problem: `holds ${slices * frames} planes, and a mask is one`,
      remedy: `${selection ? 'choose with --z and --time, or ' : ''}save the plane that is meant as a file of its own, for example with deepflash convert`,
      values: [],
    });
  } finally {
    await whole.close();
  }
}
