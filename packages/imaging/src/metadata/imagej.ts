import { secondsOf } from './time-units.js';
import { type Calibration, calibrationOf, normalUnit } from './units.js';

// ImageJ writes what it knows of a stack as `key=value` lines into the ImageDescription of the first page, and
// the number of pixels per unit into XResolution and YResolution with a ResolutionUnit of "none". Planes follow
// one another with the channel fastest, then Z, then time.

/** What the ImageDescription of an ImageJ TIFF says. */
export interface ImageJMetadata {
  readonly version: string;
  /** Planes in the file. Where a file has fewer pages, they follow the first one's pixels without a gap. */
  readonly images: number;
  /** channels x slices x frames is always `images`. */
  readonly channels: number;
  readonly slices: number;
  readonly frames: number;
  readonly hyperstack: boolean;
  /** `composite`, `color` and `grayscale` say how channels are shown. */
  readonly mode: string | null;
  /** As `normalUnit` spells it. */
  readonly unit: string | null;
  /** Distance of neighbouring slices in `unit`. */
  readonly spacing: number | null;
  /** Seconds from frame to frame. */
  readonly frameInterval: number | null;
  /** Display range of the plane that was shown. */
  readonly min: number | null;
  readonly max: number | null;
}

/** Reads an ImageDescription; undefined when ImageJ did not write it. */
export function parseImageJ(description: string): ImageJMetadata | undefined {
  const fields = new Map<string, string>();
  for (const line of description.split(/[\r\n\0]+/)) {
    const equals = line.indexOf('=');
    if (equals > 0) fields.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  const version = fields.get('ImageJ');
  if (version === undefined || !description.trimStart().startsWith('ImageJ=')) return undefined;
  return {
    version,
    ...dimensions(fields),
    hyperstack: fields.get('hyperstack') === 'true',
    mode: fields.get('mode') ?? null,
    unit: normalUnit(fields.get('unit')),
    spacing: positive(fields.get('spacing')),
    frameInterval: secondsOf(positive(fields.get('finterval')), fields.get('tunit')),
    min: finite(fields.get('min')),
    max: finite(fields.get('max')),
  };
}

/** Pixel size of an ImageJ TIFF, given the pixels per unit of its XResolution and YResolution tags. */
export function imageJCalibration(
  { unit, spacing }: ImageJMetadata,
  resolution: { readonly x: number; readonly y: number },
): Calibration | null {
  if (unit === null) return null;
  const axis = (size: number | undefined) => ({ size, unit });
  return calibrationOf(axis(1 / resolution.x), axis(1 / resolution.y), axis(spacing ?? undefined));
}

/** Like ImageJ, takes numbers that contradict each other for a plain stack of slices. */
function dimensions(fields: ReadonlyMap<string, string>) {
  const [images, channels, slices, frames] = ['images', 'channels', 'slices', 'frames'].map((key) =>
    count(fields.get(key)),
  );
  const product = (channels ?? 1) * (slices ?? 1) * (frames ?? 1);
  if (images !== undefined && images !== product) {
    return { images, channels: 1, slices: images, frames: 1 };
  }
  return { images: product, channels: channels ?? 1, slices: slices ?? 1, frames: frames ?? 1 };
}

function count(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 && value < 2 ** 31 ? value : undefined;
}

function positive(text: string | undefined): number | null {
  const value = finite(text);
  return value !== null && value !== 0 ? Math.abs(value) : null;
}

function finite(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && text !== '' && Number.isFinite(value) ? value : null;
}
