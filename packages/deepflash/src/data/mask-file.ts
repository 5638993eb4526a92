import {
  type Image,
  type ImageInfo,
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

/** Less opaque pixels count as transparent. */
const OPAQUE = 128;

/** What was drawn in a mask: where it is transparent nothing was, whatever colour is hidden there. */
function drawn(image: Image, opacity: Uint8Array): Image {
  const data = image.data.slice();
  opacity.forEach((value, pixel) => {
    if (value < OPAQUE) data.fill(0, pixel * image.channels, (pixel + 1) * image.channels);
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
    const { width, height, slices, frames, pixelSize, unit } = source.info;
    if (slices * frames === 1) {
      const all = { x: 0, y: 0, width, height };
      const [image, opacity] = [await source.readRegion(all), await source.readOpacity?.(all)];
      return { image: opacity === undefined ? image : drawn(image, opacity), pixelSize, unit };
    }
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
