import { mkdir } from 'node:fs/promises';
import {
  encodeLabels,
  encodeMask,
  encodePng,
  encodeTiff,
  type ImageInfo,
  type LabelImage,
} from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import type { Prediction } from '@deepflash/segmentation';
import { predictionFiles } from '../runs/layout.js';

/** Folders within that of a prediction. */
export type PredictionFolder = 'masks' | 'uncertainty' | 'instances' | 'probabilities' | 'rois' | 'geojson';

/** Makes folders of a prediction. */
export async function makePredictionFolders(
  folder: string,
  names: readonly PredictionFolder[],
): Promise<void> {
  const files = predictionFiles(folder);
  for (const name of names) await mkdir(files[name], { recursive: true });
}

/** Writes the mask of a prediction as PNG and its uncertainty as float32 TIFF, each as a whole. */
export async function writePrediction(folder: string, name: string, prediction: Prediction): Promise<void> {
  const { width, height, classes, mask, uncertainty } = prediction;
  const files = predictionFiles(folder);
  await writeFileAtomic(files.mask(name), encodePng(encodeMask({ width, height, classes, data: mask })));
  await writeFileAtomic(
    files.uncertaintyOf(name),
    encodeTiff({ width, height, channels: 1, dtype: 'float32', data: uncertainty }),
  );
}

/** Writes numbered objects as a TIFF of 16 bit, or of 32 bit above 65,535 objects, in the pixel size of their image. */
export async function writeObjects(
  folder: string,
  name: string,
  objects: LabelImage,
  { pixelSize, unit }: Pick<ImageInfo, 'pixelSize' | 'unit'>,
): Promise<void> {
  await writeFileAtomic(
    predictionFiles(folder).instancesOf(name),
    encodeLabels(objects, { pixelSize, unit }),
  );
}

/** The pixel values with which `encodeMask` writes so many classes. */
export function writtenValues(classes: number): number[] {
  return classes === 2 ? [0, 255] : Array.from({ length: classes }, (_, index) => index);
}
