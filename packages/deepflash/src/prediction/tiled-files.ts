/**
 * The files of an image that does not fit into memory: tiled OME-TIFF with smaller copies, as QuPath and Fiji (Bio-Formats)
 * open them, or OME-Zarr. Objects are counted as the rows pass, and numbered in a second pass over the mask that was
 * written.
 */
import {
  componentCounter,
  ImageFileError,
  numberRows,
  type PassedComponents,
  stem,
} from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';
import type { PredictedRows } from '@deepflash/segmentation';
import { largePredictionFiles } from '../runs/layout.js';
import type { ImageRows } from './image-rows.js';
import { passedRecord, pixelScale } from './object-records.js';
import type { LargeFormat, ObjectOptions, RowTaker } from './outcome.js';
import { type StripFile, stripFile, TILE } from './strip-file.js';

export interface TiledFilesOptions {
  readonly out: string;
  readonly file: string;
  readonly image: ImageRows;
  readonly classes: number;
  readonly objects: ObjectOptions;
  readonly probabilities: boolean;
  readonly largeFormat: LargeFormat;
}

/**
 * Begins the files of a large image.
 *
 * @throws ImageFileError as `checkObjectsOfLarge`.
 */
export async function tiledFiles(options: TiledFilesOptions): Promise<RowTaker> {
  const { image, classes, file, objects, largeFormat: format } = options;
  const { width, height, info } = image;
  checkObjectsOfLarge(file, image, objects);
  const files = largePredictionFiles(options.out, stem(file), format);
  const names = Array.from({ length: classes - 1 }, (_, k) => `class ${k + 1}`);
  const mask = await stripFile(files.mask, image, { format, dtype: 'uint8' });
  const uncertainty = await stripFile(files.uncertainty, image, { format, dtype: 'float32' });
  const probabilities = options.probabilities
    ? await stripFile(files.probabilities, image, { format, dtype: 'float32', channels: names })
    : undefined;
  let instances: StripFile | undefined;
  const counter = componentCounter(width);
  return {
    async take(rows) {
      for (let y = 0; y < rows.count; y++) {
        const row = rows.mask.subarray(y * width, (y + 1) * width);
        counter.addRow(row, rows.uncertainty.subarray(y * width, (y + 1) * width));
      }
      await mask.add(classes === 2 ? rows.mask.map((value) => value && 255) : rows.mask, rows.count);
      await uncertainty.add(rows.uncertainty, rows.count);
      await probabilities?.add(foreground(rows, classes), rows.count);
    },
    async finish() {
      await mask.close();
      await uncertainty.close();
      await probabilities?.close();
      const found = counter.result(({ area, box }) => {
        const cut =
          box.x === 0 || box.y === 0 || box.x + box.width === width || box.y + box.height === height;
        return area >= objects.minimumSize && !(objects.excludeBorder && cut);
      });
      instances = await stripFile(files.instances, image, { format, dtype: 'uint32' });
      await numberObjects(files.mask, instances, found);
      await instances.close();
      const scale = pixelScale(info);
      return found.objects.map((object, index) => passedRecord(file, index + 1, object, scale));
    },
    async discard() {
      for (const part of [mask, uncertainty, probabilities, instances]) await part?.discard();
    },
  };
}

/** Throws an ImageFileError for ways to find objects that need the whole image. */
export function checkObjectsOfLarge(
  file: string,
  { width, height }: Pick<ImageRows, 'width' | 'height'>,
  { separate, fillHoles }: Pick<ObjectOptions, 'separate' | 'fillHoles'>,
): void {
  if ((separate === 'components' || separate === 'auto') && !fillHoles) return;
  throw new ImageFileError({
    file,
    problem: `has ${width} x ${height} pixels, and in images that large objects are found as connected components only`,
    remedy: 'take --separate components and leave out --fill-holes, or cut the image',
  });
}

/** The probabilities of all classes but the background, pixel after pixel. */
function foreground({ probabilities, mask }: PredictedRows, classes: number): Float32Array {
  const pixels = mask.length;
  if (classes === 2) return probabilities.subarray(pixels);
  const values = new Float32Array(pixels * (classes - 1));
  for (let k = 1; k < classes; k++) {
    for (let i = 0; i < pixels; i++)
      values[i * (classes - 1) + k - 1] = probabilities[k * pixels + i] as number;
  }
  return values;
}

/** The second pass: reads the mask again and writes the number of each pixel's object. */
async function numberObjects(mask: string, out: StripFile, { objectOf }: PassedComponents): Promise<void> {
  const source = await openImageFile(mask);
  try {
    const { width, height } = source.info;
    const numbering = numberRows(width);
    const numbers = new Uint32Array(width);
    for (let y = 0; y < height; y += TILE) {
      const count = Math.min(TILE, height - y);
      const { data } = await source.readRegion({ x: 0, y, width, height: count });
      const labels = new Uint32Array(count * width);
      for (let row = 0; row < count; row++) {
        numbering(Uint8Array.from(data.subarray(row * width, (row + 1) * width)), numbers);
        for (let x = 0; x < width; x++) labels[row * width + x] = objectOf[numbers[x] as number] as number;
      }
      await out.add(labels, count);
    }
  } finally {
    await source.close();
  }
}
