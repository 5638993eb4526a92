/** Windows of images, masks and maps, as plain numbers that a page draws from. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { classValues, decodeMask, type Image, maskValues, type Region } from '@deepflash/imaging';
import { openImageFile, readImageFile } from '@deepflash/imaging/node';
import { readMaskFile } from '../data/mask-file.js';
import { UsageError } from '../errors.js';
import { groundTruthFiles } from '../ground-truth/layout.js';
import type { Project, ProjectImage } from '../project/project.js';
import { largePredictionFiles, predictionFiles } from '../runs/layout.js';

/** Samples of a window are sent as they are in memory; the headers say what they are. */
export function pixelResponse({ width, height, channels, dtype, data }: Image): Response {
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return new Response(bytes, {
    headers: {
      'Content-Type': 'application/octet-stream',
      'X-Shape': `${height},${width},${channels}`,
      'X-Dtype': dtype,
      'Cache-Control': 'no-store',
    },
  });
}

/** Pixels of the longest side of a window. */
const LARGEST = 4096;

/** A window of one plane of an image [height, width, channels]. Throws a UsageError for one that is not inside. */
export async function imageWindow({ files }: Project, image: ProjectImage, region: Region): Promise<Image> {
  if (region.width > LARGEST || region.height > LARGEST) {
    throw new UsageError(`A window has ${LARGEST} pixels a side at most.`);
  }
  const source = await openImageFile(join(files.images, image.file));
  try {
    return await source.readRegion(region);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  } finally {
    await source.close();
  }
}

/**
 * What can lie over an image: a consensus, or the mask, the objects or the uncertainty of a prediction.
 *
 * @throws UsageError for one that is not there.
 */
export async function overlay(
  { files, settings }: Project,
  { kind, of, image }: { readonly kind: string; readonly of: string; readonly image: string },
): Promise<Image> {
  const classes = settings.classes.length;
  const predicted = predictionFiles(files.prediction(of));
  const large = largePredictionFiles(files.prediction(of), image, 'ome-tiff');
  const validated = predictionFiles(join(files.run(of), 'validation'));
  if (kind === 'ground-truth') return maskOf(groundTruthFiles(files.groundTruth).mask(image), classes);
  if (kind === 'comparison') return maskOf(groundTruthFiles(files.comparison(of)).mask(image), classes);
  if (kind === 'prediction') return maskOf(thereOf(predicted.mask(image), large.mask), classes);
  if (kind === 'validation') return maskOf(validated.mask(image), classes);
  const [file, tiled] =
    kind === 'instances'
      ? [predicted.instancesOf(image), large.instances]
      : kind === 'uncertainty'
        ? [predicted.uncertaintyOf(image), large.uncertainty]
        : [undefined, undefined];
  if (file === undefined) throw new UsageError(`There is no ${kind} of ${image}.`);
  const there = thereOf(file, tiled);
  if (!existsSync(there)) throw new UsageError(`There is no ${kind} of ${image} yet.`);
  return readImageFile(there);
}

/** Large images have files of another kind. */
function thereOf(file: string, large: string): string {
  return existsSync(file) ? file : large;
}

async function maskOf(file: string, classes: number): Promise<Image> {
  if (!existsSync(file)) throw new UsageError(`There is no mask ${basename(file)} yet.`);
  const image = await readMaskFile(file);
  const values = maskValues(image, file);
  // Undecided pixels of a consensus have a value of their own, and are shown as background.
  const known = values.filter((value) => value < classes || value === 255);
  const { width, height, data } = decodeMask(
    image,
    classValues([known], classes),
    file,
    values.filter((value) => !known.includes(value)),
  );
  return {
    width,
    height,
    channels: 1,
    dtype: 'uint8',
    data: data.map((value) => (value < classes ? value : 0)),
  };
}
