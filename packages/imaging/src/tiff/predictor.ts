import { damaged, unsupported } from '../errors.js';
import type { TiffLayout } from './layout.js';

/**
 * Undoes the prediction that was applied to rows before they were compressed, in place: horizontal differences
 * (TIFF 6.0, section 14) or the byte planes of floating point numbers (Adobe Photoshop TIFF technical note 3).
 */
export function undoPredictor(
  block: Uint8Array,
  layout: Pick<TiffLayout, 'predictor' | 'bits' | 'samples' | 'planar'>,
  rowBytes: number,
  littleEndian: boolean,
  file: string,
): void {
  const { predictor, bits } = layout;
  if (predictor === 1) return;
  if (bits % 8 !== 0 || bits > 64) throw damaged(file, `it predicts ${bits}-bit samples`);
  const size = bits / 8;
  const beside = layout.planar ? 1 : layout.samples;
  for (let start = 0; start + rowBytes <= block.length; start += rowBytes) {
    const row = block.subarray(start, start + rowBytes);
    if (predictor === 2) addLeft(row, size, beside, littleEndian);
    else if (predictor === 3) joinBytePlanes(row, size, beside, littleEndian);
    else throw unsupported(file, `the predictor ${predictor}`);
  }
}

function addLeft(row: Uint8Array, size: number, beside: number, littleEndian: boolean): void {
  const step = size * beside;
  if (size === 1) {
    for (let i = step; i < row.length; i++) row[i] = (row[i] as number) + (row[i - step] as number);
    return;
  }
  // Whole numbers of any width, added byte by byte from the lowest with a carry.
  const lowest = littleEndian ? 0 : size - 1;
  const up = littleEndian ? 1 : -1;
  for (let sample = step; sample < row.length; sample += size) {
    let carry = 0;
    for (let b = 0, i = sample + lowest; b < size; b++, i += up) {
      carry += (row[i] as number) + (row[i - step] as number);
      row[i] = carry;
      carry >>= 8;
    }
  }
}

function joinBytePlanes(row: Uint8Array, size: number, beside: number, littleEndian: boolean): void {
  for (let i = beside; i < row.length; i++) row[i] = (row[i] as number) + (row[i - beside] as number);
  const planes = row.slice();
  const count = row.length / size;
  for (let i = 0; i < count; i++) {
    for (let b = 0; b < size; b++) {
      row[i * size + (littleEndian ? size - 1 - b : b)] = planes[b * count + i] as number;
    }
  }
}
