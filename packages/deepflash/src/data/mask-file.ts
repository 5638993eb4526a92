import { type Image, MaskValueError } from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';

/** Reads a file that is to hold one mask. Throws an ImageFileError, or a MaskValueError for a file of several planes. */
export async function readMaskFile(path: string): Promise<Image> {
  const source = await openImageFile(path);
  try {
    const { width, height, slices, frames } = source.info;
    if (slices * frames === 1) return await source.readRegion({ x: 0, y: 0, width, height });
    throw new MaskValueError({
      file: path,
      problem: `holds ${slices * frames} planes, and a mask is one`,
      remedy: 'save the plane that is meant as a file of its own, for example with deepflash convert',
      values: [],
    });
  } finally {
    await source.close();
  }
}
