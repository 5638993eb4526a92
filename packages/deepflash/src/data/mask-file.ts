import { type Image, MaskValueError, planParts, type Selection, selectSource } from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';

/**
 * Reads a file that is to hold one mask, or the part of a larger one that is chosen. Throws an ImageFileError, a
 * SelectionError, or a MaskValueError for several planes of which none is chosen.
 */
export async function readMaskFile(path: string, selection?: Selection): Promise<Image> {
  const whole = await openImageFile(path);
  try {
    const source = selection ? selectSource(whole, planParts(whole.info, selection, path)) : whole;
    const { width, height, slices, frames } = source.info;
    if (slices * frames === 1) return await source.readRegion({ x: 0, y: 0, width, height });
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
