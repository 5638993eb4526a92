import type { Channel } from '../source/image-source.js';
import type { ImageJMetadata } from './imagej.js';

// Tag 50839 (IJMetadata) is one block of bytes: the letters IJIJ, then for each kind of item four letters and
// how many items there are, then the items themselves. Tag 50838 holds the byte counts: of that header first,
// then of each item. Numbers and letters are in the byte order of the file, so a little-endian file has them
// reversed (JIJI, lbal). Texts are UTF-16; a LUT is 256 reds, 256 greens, 256 blues.

/** What the IJMetadata tag of an ImageJ TIFF says. */
export interface ImageJTags {
  /** A label for each plane of the stack, as far as there are any. */
  readonly labels: readonly string[];
  /** The brightest colour of each channel's lookup table, 0 to 255 each. */
  readonly colours: readonly (readonly [number, number, number])[];
  /** Display range of each channel. */
  readonly ranges: readonly { readonly min: number; readonly max: number }[];
  /** Free text, often the metadata of the microscope's own format. */
  readonly info: string | null;
}

/** Reads tags 50838 (`byteCounts`) and 50839 (`data`); undefined when they are damaged. */
export function parseImageJTag50839(
  byteCounts: readonly number[],
  data: Uint8Array,
  littleEndian: boolean,
): ImageJTags | undefined {
  const items = readItems(byteCounts, data, littleEndian);
  if (!items) return undefined;
  const text = (bytes: Uint8Array) =>
    new TextDecoder(littleEndian ? 'utf-16le' : 'utf-16be', { ignoreBOM: true }).decode(bytes);
  return {
    labels: (items.get('labl') ?? []).map(text),
    colours: (items.get('luts') ?? [])
      .filter((lut) => lut.length === 768)
      .map((lut) => [lut[255] ?? 0, lut[511] ?? 0, lut[767] ?? 0]),
    ranges: (items.get('rang') ?? []).flatMap((bytes) => ranges(bytes, littleEndian)),
    info: (items.get('info') ?? []).map(text)[0] ?? null,
  };
}

const DEFAULT_COLOURS: readonly (readonly [number, number, number])[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [0, 255, 255],
  [255, 0, 255],
  [255, 255, 0],
];

/**
 * Names and colours of the channels. A composite without lookup tables is shown by ImageJ in red, green, blue,
 * white, cyan, magenta, yellow. Labels belong to planes; they name the channels where there is one for each
 * channel of the first slice and frame and no two are the same.
 */
export function imageJChannels(
  { channels, mode }: ImageJMetadata,
  tags: ImageJTags | undefined,
): readonly Channel[] {
  const labels = (tags?.labels ?? []).slice(0, channels).map((label) => label.split('\n')[0] ?? '');
  const named = channels > 1 && labels.length === channels && new Set(labels).size === channels;
  const colours = tags?.colours.length === channels ? tags.colours : [];
  return Array.from({ length: channels }, (_, channel) => ({
    name: (named && labels[channel]?.trim()) || null,
    colour: colours[channel] ?? (mode === 'composite' ? (DEFAULT_COLOURS[channel] ?? null) : null),
  }));
}

function readItems(
  byteCounts: readonly number[],
  data: Uint8Array,
  littleEndian: boolean,
): ReadonlyMap<string, readonly Uint8Array[]> | undefined {
  const headerSize = byteCounts[0] ?? 0;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (headerSize < 4 || headerSize > data.length || letters(data, 0, littleEndian) !== 'IJIJ')
    return undefined;
  const items = new Map<string, Uint8Array[]>();
  let at = headerSize;
  let item = 1;
  for (let entry = 4; entry + 8 <= headerSize; entry += 8) {
    const kind = letters(data, entry, littleEndian);
    const found: Uint8Array[] = [];
    for (let left = view.getUint32(entry + 4, littleEndian); left > 0; left--, item++) {
      const length = byteCounts[item];
      if (length === undefined || at + length > data.length) return undefined;
      found.push(data.subarray(at, at + length));
      at += length;
    }
    items.set(kind, found);
  }
  return items;
}

function letters(data: Uint8Array, at: number, littleEndian: boolean): string {
  const four = [...data.subarray(at, at + 4)];
  return String.fromCharCode(...(littleEndian ? four.reverse() : four));
}

function ranges(bytes: Uint8Array, littleEndian: boolean) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 16) }, (_, i) => ({
    min: view.getFloat64(16 * i, littleEndian),
    max: view.getFloat64(16 * i + 8, littleEndian),
  }));
}
