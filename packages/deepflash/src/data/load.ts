import { join } from 'node:path';
import { type LabelledImage, type Settings, separationTargets } from '@deepflash/segmentation';
import { DataError } from '../errors.js';
import { readMeaning } from '../masks/meaning.js';
import { numberedObjects } from '../masks/numbered-objects.js';
import { fingerprint } from './fingerprint.js';
import { type DataFolders, type DataSettings, inspectData } from './inspect.js';
import { readMaskFile } from './mask-file.js';
import { readExperts, readProbabilities, recordedSources } from './mask-sources.js';
import { toPlanes } from './planes.js';
import { type DataRecord, meaningOf } from './record.js';
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
 * @param settings `separation`: whether networks are to learn how touching objects part; what a second head is to say is
 * made once then. `scale`: by which images are reduced, so that lines between numbered objects outlast it.
 *
 * @throws DataError that lists the files that have changed since or are gone; ImageFileError, MaskValueError.
 */
export async function readRecorded(
  record: DataRecord,
  { separation = 'none', scale }: Partial<Pick<Settings, 'separation' | 'scale'>> = {},
): Promise<LabelledImage[]> {
  const { channels, imageFolder, maskFolder, selection } = record;
  const meaning = meaningOf(record);
  const changed: string[] = [];
  const images: LabelledImage[] = [];
  for (const item of record.items) {
    const { name, image, mask } = item;
    const paths = { image: join(imageFolder, image.name), mask: join(maskFolder, mask.name) };
    const files = [
      ...[
        { path: paths.image, sha256: image.sha256 },
        { path: paths.mask, sha256: mask.sha256 },
      ],
      ...recordedSources(record, item),
    ];
    for (const { path, sha256 } of files) {
      const found = await fingerprint(path).catch(() => undefined);
      if (found?.sha256 === sha256) continue;
      changed.push(
        `${path} has changed since this run began or is gone; put the earlier file back, or train into a new folder.`,
      );
    }
    if (changed.length > 0) continue;
    const maskImage = await readMaskFile(paths.mask);
    const labelled: LabelledImage = {
      name,
      planes: toPlanes((await readUsedImage(paths.image, selection)).image, channels),
      mask: readMeaning(maskImage, meaning, paths.mask, scale ?? 1),
      ...(meaning.kind === 'instances' ? { objects: numberedObjects(maskImage, meaning.ignored) } : {}),
      ...(await readProbabilities(record, item)),
      ...(await readExperts(record, item, meaning, scale ?? 1)),
    };
    const second = separation === 'none' ? {} : { separation: separationTargets(labelled, scale ?? 1) };
    images.push(inSharedMemory({ ...labelled, ...second }));
  }
  if (changed.length > 0) throw new DataError(changed);
  return images;
}
