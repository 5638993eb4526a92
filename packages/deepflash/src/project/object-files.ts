/** Files of what experts drew object by object: the number of each pixel's object, as a TIFF of 16 bits. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ClassMask, encodeLabels } from '@deepflash/imaging';
import { readImageFile, writeFileAtomic } from '@deepflash/imaging/node';
import { checkSize } from './label-files.js';
import { CLASS, classesApart, type NumberedObjects, numberRegions, withClasses } from './numbered-objects.js';

/**
 * Reads the numbers of a drawing; without a file, regions of a class are objects.
 *
 * @param mask the classes of its pixels
 * @throws UsageError for numbers of another size than their image.
 */
export async function readObjects({
  file,
  mask,
}: {
  readonly file: string;
  readonly mask: ClassMask;
}): Promise<NumberedObjects> {
  if (!existsSync(file)) return numberRegions(mask);
  const { width, height, data } = await readImageFile(file);
  checkSize(file, { width, height }, mask);
  return withClasses(Uint32Array.from(data), mask);
}

/** Writes the numbers, and tells the class of each pixel, with lines between objects that touch. */
export async function writeObjects({
  file,
  objects,
}: {
  readonly file: string;
  readonly objects: NumberedObjects;
}): Promise<Uint8Array> {
  const { width, height, data } = objects;
  const numbers = data.map((value) => value % CLASS);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, encodeLabels({ width, height, data: numbers }));
  return classesApart(objects);
}
