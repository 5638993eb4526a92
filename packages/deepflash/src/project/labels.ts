/** What experts drew: the class of each pixel. */
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
import { type RasterStore, rasterStore } from './raster-store.js';

/** The class of each pixel; all background where nothing was drawn. */
export type LabelStore = RasterStore<ClassMask>;

export interface LabelStoreOptions {
  readonly files: ProjectFiles;
  /** How many there are by now. */
  readonly classes: () => number;
  /** Of an image by its name. Throws for one that is not there. */
  readonly sizeOf: (image: string) => Promise<{ readonly width: number; readonly height: number }>;
}

export function labelStore({ files, classes, sizeOf }: LabelStoreOptions): LabelStore {
  return rasterStore<ClassMask>({
    folder: files.annotations,
    journal: files.journal,
    load: async (expert, image) => readLabels(files.labels(expert, image), await sizeOf(image), classes()),
    write: (expert, image, mask) =>
      writeFileAtomic(files.labels(expert, image), encodePng(encodeMask({ ...mask, classes: classes() }))),
    isValue: (value) => value < classes(),
  });
}

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

async function readLabels(
  file: string,
  size: { readonly width: number; readonly height: number },
  classes: number,
): Promise<ClassMask> {
  const { width, height } = size;
  if (!existsSync(file)) return { width, height, classes, data: new Uint8Array(width * height) };
  const image = await readMaskFile(file);
  checkSize(file, image, size);
  return { ...decodeMask(image, classValues([maskValues(image, file)], classes), file), classes };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Throws a UsageError for a drawing that has another size than its image. */
export function checkSize(file: string, drawn: Size, { width, height }: Size): void {
  if (drawn.width === width && drawn.height === height) return;
  throw new UsageError(
    `${file} has ${drawn.width} x ${drawn.height} pixels, and its image ${width} x ${height}: draw it anew.`,
  );
}
