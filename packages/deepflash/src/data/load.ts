import { join } from 'node:path';
import { decodeMask } from '@deepflash/imaging';
import type { LabelledImage, Settings } from '@deepflash/segmentation';
import { DataError } from '../errors.js';
import { type DataFolders, inspectData, openHashed } from './inspect.js';
import { toPlanes } from './planes.js';
import type { DataRecord } from './record.js';

/** Images with their masks, and the record of where they come from. */
export interface LabelledImages {
  readonly images: readonly LabelledImage[];
  readonly record: DataRecord;
  readonly warnings: readonly string[];
}

/** Checks and reads the images and masks of two folders. Throws as `inspectData`. */
export async function loadLabelledImages(
  folders: DataFolders,
  settings: Pick<Settings, 'classes' | 'folds' | 'models' | 'seed'>,
): Promise<LabelledImages> {
  const { record, warnings } = await inspectData(folders, settings);
  return { images: await readRecorded(record), record, warnings };
}

/**
 * Reads the images and masks that a record lists, in its order.
 *
 * @throws DataError that lists the files that have changed since or are gone; ImageFileError, MaskValueError.
 */
export async function readRecorded(record: DataRecord): Promise<LabelledImage[]> {
  const { channels, classValues, imageFolder, maskFolder } = record;
  const changed: string[] = [];
  const images: LabelledImage[] = [];
  for (const { name, image, mask } of record.items) {
    const imagePath = join(imageFolder, image.name);
    const maskPath = join(maskFolder, mask.name);
    const opened = { image: await openHashed(imagePath), mask: await openHashed(maskPath) };
    for (const kind of ['image', 'mask'] as const) {
      if (opened[kind].sha256 === { image, mask }[kind].sha256) continue;
      changed.push(
        `${opened[kind].path} has changed since this run began; put the earlier file back, or train into a new folder.`,
      );
    }
    if (changed.length > 0) continue;
    images.push({
      name,
      planes: toPlanes(opened.image.image, channels),
      mask: decodeMask(opened.mask.image, classValues, maskPath),
    });
  }
  if (changed.length > 0) throw new DataError(changed);
  return images;
}
