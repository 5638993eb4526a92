import { isGreyRgb } from '../colour.js';
import { MaskValueError } from '../errors.js';
import type { Image, SampleArray } from '../image.js';

/** More distinct values than this are not collected: classes fit into a byte. */
const MOST_VALUES = 256;

/**
 * The distinct values of a mask, sorted; RGB copies of grey count as grey. Collecting stops early, so more
 * than 256 values mean "too many". `file` is the name used in errors.
 *
 * Throws a MaskValueError for real colours, other channel counts, and numbers that are no whole ones.
 */
export function maskValues(mask: Image, file = 'the mask'): number[] {
  const step = channelStep(mask, file);
  const { data } = mask;
  const values = new Set<number>();
  const seen = seenTable(data);
  let previous = Number.NaN;
  for (let i = 0; i < data.length; i += step) {
    const value = data[i] as number;
    if (value === previous) continue;
    previous = value;
    if (seen !== undefined) {
      if (seen[value] === 1) continue;
      seen[value] = 1;
    } else if (!Number.isInteger(value)) {
      throw notWhole(value, file);
    }
    values.add(value);
    if (values.size > MOST_VALUES) break;
  }
  return [...values].sort((a, b) => a - b);
}

/** How far apart the values of neighbouring pixels lie in a mask: 1, or 3 for an RGB copy of grey. Throws as `maskValues`. */
export function channelStep(mask: Image, file: string): 1 | 3 {
  if (mask.channels === 1) return 1;
  if (isGreyRgb(mask)) return 3;
  throw new MaskValueError({
    file,
    problem: mask.channels === 3 ? 'has colours' : `has ${mask.channels} channels`,
    remedy: 'save it as a grey image with one value for each class, such as 0 and 255',
    values: [],
  });
}

function seenTable(data: SampleArray): Uint8Array | undefined {
  if (data instanceof Uint8Array) return new Uint8Array(256);
  return data instanceof Uint16Array ? new Uint8Array(65536) : undefined;
}

function notWhole(value: number, file: string): MaskValueError {
  return new MaskValueError({
    file,
    problem: `holds the value ${value}, which is no class`,
    remedy: 'save it as a grey image with one whole number for each class, such as 0 and 255',
    values: [value],
  });
}
