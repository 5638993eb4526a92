import {
  type Image,
  planSelection,
  readSelected,
  type Selection,
  type SelectionNotice,
} from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';

/** The part of an image file that a network sees. */
export interface UsedImage {
  readonly image: Image;
  /** Choices that were left open. */
  readonly notices: readonly SelectionNotice[];
}

/** Reads the chosen part of an image file. Throws an ImageFileError or a SelectionError. */
export async function readUsedImage(path: string, selection: Selection): Promise<UsedImage> {
  const source = await openImageFile(path);
  try {
    const plan = planSelection(source.info, selection, path);
    return { image: await readSelected(source, plan), notices: plan.notices };
  } finally {
    await source.close();
  }
}
