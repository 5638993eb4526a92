/** Windows of images, masks and maps, as plain numbers that a page draws from. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { classValues, decodeMask, type Image, maskValues, type Region } from '@deepflash/imaging';
import { openImageFile, readImageFile } from '@deepflash/imaging/node';
import { readMaskFile } from '../data/mask-file.js';
import { UsageError } from '../errors.js';
import { groundTruthFiles } from '../ground-truth/layout.js';
import type { Project, ProjectImage } from '../project/project.js';
import { predictionFiles } from '../runs/layout.js';

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

/** What can lie over an image: a consensus, or the mask or the uncertainty of a prediction. */
export async function overlay(
  { files, settings }: Project,
  { kind, of, image }: { readonly kind: string; readonly of: string; readonly image: string },
): Promise<Image> {
  const classes = settings.classes.length;
  if (kind === 'ground-truth') return maskOf(groundTruthFiles(files.groundTruth).mask(image), classes);
  const predicted = predictionFiles(files.prediction(of));
  if (kind === 'prediction') return maskOf(predicted.mask(image), classes);
  if (kind === 'uncertainty') {
    const file = predicted.uncertaintyOf(image);
    if (existsSync(file)) return readImageFile(file);
  }
  throw new UsageError(`There is no ${kind} of ${image}.`);
}

async function maskOf(file: string, classes: number): Promise<Image> {
  if (!existsSync(file)) throw new UsageError(`${file} does not exist.`);
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
