import { zipSync } from 'fflate';
import { readZip } from '../archives/zip.js';
import { decodeRoi } from './decode.js';
import { encodeRoi } from './encode.js';
import type { Roi } from './roi.js';

/** As many regions a ROI set holds: a `.zip` counts its files in 16 bits. */
export const MOST_ROIS = 65_534;

/**
 * Regions as the `.zip` that ImageJ's ROI Manager opens and saves, one `.roi` file for each, in their order.
 * Throws a RangeError for more than 65,534 of them, and as `encodeRoi` does.
 */
export function encodeRoiSet(rois: readonly Roi[]): Uint8Array {
  if (rois.length > MOST_ROIS)
    throw new RangeError(`A ROI set holds at most ${MOST_ROIS} regions, not ${rois.length}.`);
  const taken = new Map<string, number>();
  const files = rois.map((roi): [string, Uint8Array] => [fileName(roi.name, taken), encodeRoi(roi)]);
  return zipSync(Object.fromEntries(files), { level: 6, mtime: new Date(1980, 0, 1) });
}

/**
 * Reads a ROI set; files that are no `.roi` are passed over. `file` is the name used in errors. Throws an
 * ImageFileError for a damaged archive or region, and as `readZip` does.
 */
export function decodeRoiSet(bytes: Uint8Array, file: string): Roi[] {
  return readZip(bytes, file, { totalBytes: MOST_BYTES })
    .filter(({ name }) => /\.roi$/i.test(name))
    .map((entry) => decodeRoi(entry.read(), `${file}: ${entry.name}`));
}

const MOST_BYTES = 2 ** 29;

/** A name that every file system takes, and that no other region has; `taken` counts what names were made of. */
function fileName(name: string, taken: Map<string, number>): string {
  const safe = [...name.replace(/[\\/:*?"<>|]/g, '_')]
    .filter((letter) => letter >= ' ' && !/[\uD800-\uDFFF]/u.test(letter))
    .slice(0, 100)
    .join('')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const stem = safe === '' ? 'roi' : safe;
  let unique = stem;
  while (taken.has(unique.toLowerCase())) {
    const number = (taken.get(stem.toLowerCase()) ?? 0) + 1;
    taken.set(stem.toLowerCase(), number);
    unique = `${stem}-${number}`;
  }
  taken.set(unique.toLowerCase(), 0);
  return `${unique}.roi`;
}
