import type { Channel } from '../source/image-source.js';
import { secondsOf } from './time-units.js';
import type { Calibration } from './units.js';

// Zeiss LSM files are TIFF files with a structure of fixed layout in tag 34412 (CZ_LSMINFO). Every second page is
// a thumbnail (NewSubfileType 1); a page holds all channels, one plane after another. Names and colours of the
// channels lie elsewhere in the file, at an offset that the structure gives.

/** What the CZ_LSMINFO tag says. */
export interface LsmMetadata {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly slices: number;
  readonly frames: number;
  /** Which of slice and frame goes on from one page to the next; thumbnails do not count. */
  readonly pageOrder: 'slices-first' | 'frames-first';
  /** In micrometres. */
  readonly calibration: Calibration | null;
  /** Seconds from frame to frame. */
  readonly frameInterval: number | null;
  /** Where the bytes for `parseLsmColours` begin in the file. */
  readonly coloursOffset: number | null;
}

const MAGICS = new Set([0x0300494c, 0x0400494c]);
const FRAMES_FIRST = new Set([3, 5, 7, 9]);

/** Reads the value of tag 34412; undefined when it is damaged. */
export function parseLsm(bytes: Uint8Array, littleEndian: boolean): LsmMetadata | undefined {
  if (bytes.length < 112) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!MAGICS.has(view.getUint32(0, littleEndian))) return undefined;
  const sizes = [8, 12, 16, 20, 24].map((at) => view.getInt32(at, littleEndian));
  if (sizes.some((size) => size < 0)) return undefined;
  const [width = 0, height = 0, slices = 0, channels = 0, frames = 0] = sizes;
  const [x = 0, y = 0, z = 0] = [40, 48, 56].map((at) => view.getFloat64(at, littleEndian) * 1e6);
  const valid = (size: number) => size > 0 && Number.isFinite(size);
  return {
    width,
    height,
    channels: Math.max(1, channels),
    slices: Math.max(1, slices),
    frames: Math.max(1, frames),
    pageOrder: FRAMES_FIRST.has(view.getUint16(88, littleEndian)) ? 'frames-first' : 'slices-first',
    calibration: valid(x) && valid(y) ? { pixelSize: { x, y, z: valid(z) ? z : null }, unit: 'µm' } : null,
    frameInterval: bytes.length < 120 ? null : secondsOf(view.getFloat64(112, littleEndian), 's'),
    coloursOffset: view.getUint32(108, littleEndian) || null,
  };
}

/**
 * Reads the names and colours of channels from the bytes at `coloursOffset`: as many as the structure's own
 * first number says, or some more (64 kB are plenty). Empty when they are damaged.
 */
export function parseLsmColours(bytes: Uint8Array, littleEndian: boolean): readonly Channel[] {
  if (bytes.length < 24) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [size = 0, colours = 0, names = 0, coloursAt = 0, namesAt = 0] = [0, 4, 8, 12, 16].map((at) =>
    view.getUint32(at, littleEndian),
  );
  if (coloursAt + 4 * colours > bytes.length) return [];
  const end = Math.min(size, bytes.length);
  const found = readNames(bytes.subarray(0, end), namesAt, names, littleEndian);
  return Array.from({ length: colours }, (_, channel) => {
    const at = coloursAt + 4 * channel;
    return {
      name: found[channel] || null,
      colour: [view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2)],
    };
  });
}

/** Each name has its length, with the zero byte at its end, before it. */
function readNames(bytes: Uint8Array, start: number, count: number, littleEndian: boolean): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  for (let at = start; names.length < count && at + 4 <= bytes.length; ) {
    const length = view.getUint32(at, littleEndian);
    if (at + 4 + length > bytes.length) break;
    const text = new TextDecoder('latin1').decode(bytes.subarray(at + 4, at + 4 + length));
    names.push(text.split('\0')[0] ?? '');
    at += 4 + length;
  }
  return names;
}
