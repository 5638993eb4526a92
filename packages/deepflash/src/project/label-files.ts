/** Files of what experts drew: the class of each pixel, as a PNG. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ClassMask,
  classValues,
  decodeMask,
  encodeMask,
  encodePng,
  maskValues,
} from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { readMaskFile } from '../data/mask-file.js';
import { UsageError } from '../errors.js';
import type { ProjectFiles } from './layout.js';

/**
 * Writes drawings of two classes, 0 and 255, as the numbers of their classes, in which those of more are written: before a
 * third class comes, since no one could tell then which class 255 is.
 */
export async function numberClasses({ annotations }: ProjectFiles): Promise<void> {
  if (!existsSync(annotations)) return;
  for (const name of await readdir(annotations, { recursive: true })) {
    if (!/\.png$/i.test(name)) continue;
    const file = join(annotations, name);
    const image = await readMaskFile(file);
    if (!maskValues(image, file).includes(255)) continue;
    const { width, height, data } = decodeMask(image, [0, 255], file);
    await writeFileAtomic(file, encodePng({ width, height, channels: 1, dtype: 'uint8', data }));
  }
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface LabelFile extends Size {
  readonly file: string;
  /** How many there are. */
  readonly classes: number;
}

/** Reads a drawing; all background where there is none. Throws a UsageError for one of another size than its image. */
export async function readLabels({ file, width, height, classes }: LabelFile): Promise<ClassMask> {
  if (!existsSync(file)) return { width, height, classes, data: new Uint8Array(width * height) };
  const image = await readMaskFile(file);
  checkSize(file, image, { width, height });
  return { ...decodeMask(image, classValues([maskValues(image, file)], classes), file), classes };
}

export function writeLabels({ file, mask }: { file: string; mask: ClassMask }): Promise<void> {
  return writeFileAtomic(file, encodePng(encodeMask(mask)));
}

/** Throws a UsageError for a drawing that has another size than its image. */
export function checkSize(file: string, drawn: Size, { width, height }: Size): void {
  if (drawn.width === width && drawn.height === height) return;
  throw new UsageError(
    `${file} has ${drawn.width} x ${drawn.height} pixels, and its image ${width} x ${height}: draw it anew.`,
  );
}
