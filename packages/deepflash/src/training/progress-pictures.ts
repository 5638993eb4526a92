/** Small pictures of what a network says of images that are held out from it, while it is trained. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { downscale, encodePng, type Image, toDisplay } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import type { LabelledImage, ValidationPrediction } from '@deepflash/segmentation';
import { readUsedImage } from '../data/used-image.js';
import { messageOf } from '../errors.js';
import { maskPicture } from '../report/pictures.js';
import type { RunEvent } from '../runs/events.js';
import { foldFiles } from '../runs/layout.js';
import type { Run } from '../runs/run.js';

/** The longer side of a picture in pixels. */
const SIDE = 192;
/** Images of a fold that are pictured. */
const IMAGES = 2;
/** Pictures of each: some kB a file, however often a training is validated. */
const MOST = 24;

export interface PicturedFold {
  readonly run: Pick<Run, 'path' | 'data'>;
  readonly fold: number;
  readonly steps: number;
  readonly validationEvery: number;
  /** The held-out images. */
  readonly validation: readonly LabelledImage[];
  tell(event: RunEvent): void;
}

/**
 * What a training tells of its validations becomes pictures in the folder of the fold: of two images on which something is
 * marked, after every validation, or every so many where they are frequent. Pictures depend on the training alone, so those
 * of steps that are done again are the same. One that cannot be made, since its image was moved, is told once and left out:
 * the training does not need it.
 */
export function progressPictures({ run, fold, steps, validationEvery, validation, tell }: PicturedFold) {
  const marked = validation.filter(({ mask }) =>
    mask.data.some((value) => value > 0 && value < mask.classes),
  );
  const chosen = new Set((marked.length > 0 ? marked : validation).slice(0, IMAGES).map(({ name }) => name));
  const every = validationEvery * Math.ceil(steps / validationEvery / MOST);
  const picture = async ({ step, image, mask }: ValidationPrediction): Promise<void> => {
    const { width, height, classes } = image.mask;
    const files = foldFiles(run.path, fold).picturesOf(image.name);
    if (!existsSync(files.mask)) await writeOnce(run, fold, image);
    const file = files.after(step);
    await write(file, maskPicture({ width, height, data: mask }, classes, SIDE));
    tell({ type: 'picture', fold, step, name: image.name, file: slashed(relative(run.path, file)) });
  };
  let isWarned = false;
  return async (prediction: ValidationPrediction): Promise<void> => {
    const { step, image } = prediction;
    if (!chosen.has(image.name) || (step % every !== 0 && step !== steps)) return;
    try {
      await picture(prediction);
    } catch (error) {
      if (isWarned) return;
      isWarned = true;
      const message = `The progress of fold ${fold} is not pictured on ${image.name}: ${messageOf(error)}`;
      tell({ type: 'warning', message });
    }
  };
}

/** The image and its mask, which stay as they are. */
async function writeOnce(
  { path, data }: PicturedFold['run'],
  fold: number,
  { name, mask }: LabelledImage,
): Promise<void> {
  const files = foldFiles(path, fold).picturesOf(name);
  await mkdir(files.folder, { recursive: true });
  const source = data.items.find((item) => item.name === name)?.image.name ?? name;
  const { image } = await readUsedImage(join(data.imageFolder, source), data.selection);
  await write(files.image, toDisplay(downscale(image, SIDE)));
  await write(files.mask, maskPicture(mask, mask.classes, SIDE));
}

function write(file: string, picture: Image): Promise<void> {
  return writeFileAtomic(file, encodePng(picture));
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
