/** Images as they are dropped, by the reader of the command line. */
import {
  type Image,
  memorySource,
  openImage,
  planSelection,
  readSelected,
  type Selection,
} from '@deepflash/imaging';

export interface Picture {
  readonly image: Image;
  /** Choices that were left open, in words. */
  readonly notices: readonly string[];
}

/** Reads the chosen part of an image file. Throws an ImageFileError or a SelectionError. */
export async function openPicture(file: File, selection: Selection): Promise<Picture> {
  const source = await openImage(memorySource(new Uint8Array(await file.arrayBuffer()), file.name));
  try {
    const plan = planSelection(source.info, selection, file.name);
    const notices = plan.notices.map(({ found, taken }) => `${file.name} has ${found}: ${taken}.`);
    return { image: await readSelected(source, plan), notices };
  } finally {
    await source.close();
  }
}
