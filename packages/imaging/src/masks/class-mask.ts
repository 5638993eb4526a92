import { MaskValueError } from '../errors.js';
import type { Image } from '../image.js';
import { channelStep } from './mask-values.js';

/** The class of each pixel: `data` is [height, width], each entry below `classes`; class 0 is the background. */
export interface ClassMask {
  readonly width: number;
  readonly height: number;
  readonly classes: number;
  readonly data: Uint8Array;
}

/**
 * Reads a mask image as classes; `values[c]` is the pixel value of class `c` (see `classValues`). RGB copies
 * of grey are taken as grey. Pixels of the values in `ignored` become 255, which stands for none of the classes.
 * Throws a MaskValueError for other values and for real colours.
 */
export function decodeMask(
  image: Image,
  values: readonly number[],
  file: string,
  ignored: readonly number[] = [],
): ClassMask {
  const step = channelStep(image, file);
  const classOf = new Map(values.map((value, c) => [value, c]));
  for (const value of ignored) classOf.set(value, 255);
  const data = new Uint8Array(image.width * image.height);
  let value = Number.NaN;
  let current = 0;
  for (let i = 0, from = 0; i < data.length; i++, from += step) {
    const next = image.data[from] as number;
    if (next !== value) {
      const found = classOf.get(next);
      if (found === undefined) throw strangeValue(next, values, file);
      value = next;
      current = found;
    }
    data[i] = current;
  }
  return { width: image.width, height: image.height, classes: Math.max(2, values.length), data };
}

/** The image of a mask as it is saved: 0 and 255 for two classes, the class index for more. */
export function encodeMask(mask: ClassMask): Image {
  const { width, height } = mask;
  const data = mask.classes === 2 ? mask.data.map((c) => (c === 0 ? 0 : 255)) : mask.data.slice();
  return { width, height, channels: 1, dtype: 'uint8', data };
}

function strangeValue(value: number, values: readonly number[], file: string): MaskValueError {
  return new MaskValueError({
    file,
    problem: `holds the value ${value}, and the values of the classes are ${values.join(', ')}`,
    remedy: 'correct the mask, or set the number of classes to those that the masks hold',
    values: [value],
  });
}
