/** Windows of images, masks and maps, as plain numbers that a page draws from. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { classValues, decodeMask, type Image, maskValues, type Region } from '@deepflash/imaging';
import { openImageFile, readImageFile } from '@deepflash/imaging/node';
import { readMaskFile } from '../data/mask-file.js';
import { readOverview } from '../data/overview.js';
import { UsageError } from '../errors.js';
import { groundTruthFiles } from '../ground-truth/layout.js';
import type { ProjectImage } from '../project/images.js';
import type { Project } from '../project/project.js';
import { LARGE } from '../project/pyramids.js';
import { largePredictionFiles, predictionFiles } from '../runs/layout.js';
import { openRun } from '../runs/run.js';
import type { ApiParts } from './routes/parts.js';

/** An image, or a smaller copy of it, which lies over one of this size. */
export interface ShownImage extends Image {
  readonly over?: { readonly width: number; readonly height: number };
}

/** Samples of a window are sent as they are in memory; the headers say what they are. */
export function pixelResponse({ width, height, channels, dtype, data, over }: ShownImage): Response {
  const { buffer, byteOffset, byteLength } = data;
  // No answer can be made of memory that is shared with a thread.
  const bytes =
    buffer instanceof ArrayBuffer
      ? new Uint8Array(buffer, byteOffset, byteLength)
      : new Uint8Array(buffer, byteOffset, byteLength).slice();
  return new Response(bytes, {
    headers: {
      'Content-Type': 'application/octet-stream',
      'X-Shape': `${height},${width},${channels}`,
      'X-Dtype': dtype,
      ...(over === undefined ? {} : { 'X-Over': `${over.height},${over.width}` }),
      'Cache-Control': 'no-store',
    },
  });
}

/** Pixels of the longest side of a window. */
const LARGEST = 4096;

/** A window of a level of one plane of an image [height, width, channels]. Throws a UsageError for one that is not inside. */
export async function imageWindow(
  { pyramids, opened }: ApiParts,
  image: ProjectImage,
  region: Region,
): Promise<Image> {
  if (region.width > LARGEST || region.height > LARGEST) {
    throw new UsageError(`A window has ${LARGEST} pixels a side at most.`);
  }
  const { level = 0, slice = 0, frame = 0, ...rectangle } = region;
  const place = await pyramids.place(image.file, { slice, frame }, level);
  if (place === null) throw new UsageError(`The image ${image.name} has no level ${level} yet.`);
  return opened.use(place.path, async (source) => {
    try {
      return await source.readRegion({ ...rectangle, ...place.plane, level: place.level });
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(error.message);
      throw error;
    }
  });
}

/**
 * What can lie over an image: a consensus, the mask that a training learnt from, or the mask, the objects or the
 * uncertainty of a prediction.
 *
 * @throws UsageError for one that is not there.
 */
export async function overlay(
  { files, settings }: Project,
  { kind, of, image }: { readonly kind: string; readonly of: string; readonly image: string },
  read: ReadOverlay,
): Promise<ShownImage> {
  const classes = settings.classes.length;
  const predicted = predictionFiles(files.prediction(of));
  const large = largePredictionFiles(files.prediction(of), image, 'ome-tiff');
  const validated = predictionFiles(join(files.run(of), 'validation'));
  if (kind === 'ground-truth') return maskOf(groundTruthFiles(files.groundTruth).mask(image), classes, read);
  if (kind === 'learnt') return maskOf(await learntMask(files.run(of), image), classes, read);
  if (kind === 'comparison') return maskOf(groundTruthFiles(files.comparison(of)).mask(image), classes, read);
  if (kind === 'prediction') return maskOf(thereOf(predicted.mask(image), large.mask), classes, read);
  if (kind === 'validation') return maskOf(validated.mask(image), classes, read);
  const [file, tiled] =
    kind === 'instances'
      ? [predicted.instancesOf(image), large.instances]
      : kind === 'uncertainty'
        ? [predicted.uncertaintyOf(image), large.uncertainty]
        : [undefined, undefined];
  if (file === undefined) throw new UsageError(`There is no ${kind} of ${image}.`);
  const there = thereOf(file, tiled);
  if (!existsSync(there)) throw new UsageError(`There is no ${kind} of ${image} yet.`);
  return read(there);
}

/** The mask of an image by which a training learnt or was judged, as it lies there now. */
async function learntMask(run: string, image: string): Promise<string> {
  const { maskFolder, items } = (await openRun(run)).data;
  const item = items.find(({ name }) => name === image);
  if (item === undefined) throw new UsageError(`${image} is no image of this training.`);
  return join(maskFolder, item.mask.name);
}

/** How the file of an overlay is read: all of it, or so much as is looked at. */
export type ReadOverlay = (file: string) => Promise<ShownImage>;

/** All pixels. */
export const readFull: ReadOverlay = readImageFile;

/** A smaller copy of an image that is too large to be shown as a whole; each of its pixels is one of the image. */
export async function readShown(file: string): Promise<ShownImage> {
  const source = await openImageFile(file);
  try {
    const { width, height } = source.info;
    const shown = await readOverview(source, LARGE);
    return shown.width === width ? shown : { ...shown, over: { width, height } };
  } finally {
    await source.close();
  }
}

/** Large images have files of another kind. */
function thereOf(file: string, large: string): string {
  return existsSync(file) ? file : large;
}

async function maskOf(file: string, classes: number, read: ReadOverlay): Promise<ShownImage> {
  if (!existsSync(file)) throw new UsageError(`There is no mask ${basename(file)} yet.`);
  const image: ShownImage = read === readFull ? await readMaskFile(file) : await read(file);
  const values = maskValues(image, file);
  // Undecided pixels of a consensus have a value of their own, and are shown as background.
  const known = values.filter((value) => value < classes || value === 255);
  const { width, height, data } = decodeMask(
    image,
    // A result of two classes is one also when the project has got more.
    known.every((value) => value === 0 || value === 255) ? [0, 255] : classValues([known], classes),
    file,
    values.filter((value) => !known.includes(value)),
  );
  return {
    width,
    height,
    channels: 1,
    dtype: 'uint8',
    data: data.map((value) => (value < classes ? value : 0)),
    ...(image.over === undefined ? {} : { over: image.over }),
  };
}
