import { join } from 'node:path';
import { decodeMask } from '@deepflash/imaging';
import type { LabelledImage } from '@deepflash/segmentation';
import { DataError } from '../errors.js';
import { fingerprint } from './fingerprint.js';
import { type DataFolders, type DataSettings, inspectData } from './inspect.js';
import { readMaskFile } from './mask-file.js';
import { toPlanes } from './planes.js';
import type { DataRecord } from './record.js';
import { inSharedMemory } from './shared-memory.js';
import { readUsedImage } from './used-image.js';

/** Images with their masks, and the record of where they come from. */
export interface LabelledImages {
  readonly images: readonly LabelledImage[];
  readonly record: DataRecord;
  readonly warnings: readonly string[];
}

/** Checks and reads the images and masks of two folders. Throws as `inspectData`. */
export async function loadLabelledImages(
  folders: DataFolders,
  settings: DataSettings,
): Promise<LabelledImages> {
  const { record, warnings } = await inspectData(folders, settings);
  return { images: await readRecorded(record), record, warnings };
}

/**
 * Reads the images and masks that a record lists, in its order, into memory that threads can share.
 *
 * @throws DataError that lists the files that have changed since or are gone; ImageFileError, MaskValueError.
 */
export async function readRecorded(record: DataRecord): Promise<LabelledImage[]> {
  const { channels, classValues, imageFolder, maskFolder, selection } = record;
  const changed: string[] = [];
  const images: LabelledImage[] = [];
  for (const { name, image, mask } of record.items) {
    const paths = { image: join(imageFolder, image.name), mask: join(maskFolder, mask.name) };
    for (const kind of ['image', 'mask'] as const) {
      const found = await fingerprint(paths[kind]).catch(() => undefined);
      if (found?.sha256 === { image, mask }[kind].sha256) continue;
      changed.push(
        `${paths[kind]} has changed since this run began or is gone; put the earlier file back, or train into a new folder.`,
      );
    }
    if (changed.length > 0) continue;
    images.push(
      inSharedMemory({
        name,
        planes: toPlanes((await readUsedImage(paths.image, selection)).image, channels),
        mask: decodeMask(await readMaskFile(paths.mask), classValues, paths.mask),
      }),
    );
  }
  if (changed.length > 0) throw new DataError(changed);
  return images;
}
