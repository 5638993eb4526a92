/** What an image file is and how it would be used; plain data, found out in any thread. */
import {
  ImageFileError,
  type ImageInfo,
  planSelection,
  type Selection,
  SelectionError,
  type SelectionPlan,
} from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';
import { type FirstPlane, firstPlane } from './plane-statistics.js';

export interface InspectedFile extends FirstPlane {
  readonly file: string;
  readonly info: ImageInfo;
  /** What a training or prediction uses of it, or why it cannot. */
  readonly use: SelectionPlan | { readonly problem: string };
}

/** A file that cannot be read, with the reason as a sentence. */
export interface UnreadableFile {
  readonly file: string;
  readonly problem: string;
}

/** Opens a file and reads its first plane in windows. */
export async function inspectFile({
  file,
  selection,
}: {
  readonly file: string;
  readonly selection: Selection;
}): Promise<InspectedFile | UnreadableFile> {
  try {
    const source = await openImageFile(file);
    try {
      const { info } = source;
      return { file, info, use: usage(info, selection, file), ...(await firstPlane(source)) };
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof ImageFileError)) throw error;
    return { file, problem: error.message };
  }
}

function usage(info: ImageInfo, selection: Selection, file: string): InspectedFile['use'] {
  try {
    return planSelection(info, selection, file);
  } catch (error) {
    if (!(error instanceof SelectionError)) throw error;
    return { problem: error.message };
  }
}
