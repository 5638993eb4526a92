import { zlibSync } from 'fflate';
import { checkImage, type Image, newSamples, type SampleType } from '../image.js';
import type { ByteSink } from '../sink/byte-sink.js';
import type { Channel, ImageInfo } from '../source/image-source.js';
import {
  directoryBytes,
  encodeDirectory,
  encodeHeader,
  even,
  type Field,
  headerBytes,
  type TiffForm,
} from './encode-directory.js';
import { omeDescription } from './encode-ome.js';
import { sampleBytes } from './encode-samples.js';
import { halved, type Reduction } from './halve.js';

// A pyramidal OME-TIFF: each page (a channel, or the three of RGB) is cut into tiles, and holds in its field 330
// the places of smaller and smaller copies of itself (docs.openmicroscopy.org, OME-TIFF, "sub-resolutions").
// Tiles go to the file as they come. A level keeps one row of its tiles in memory, which the level above fills
// with its halved tiles; when the row is full, its tiles are written and fill the row of the next level. The
// directories, which say where all tiles lie, come last.

export interface PyramidOptions {
  readonly width: number;
  readonly height: number;
  readonly dtype: SampleType;
  readonly channels: readonly Channel[];
  /** The three channels are one colour picture, stored together. Default: they are pages of their own. */
  readonly rgb?: boolean;
  readonly pixelSize?: ImageInfo['pixelSize'];
  readonly unit?: ImageInfo['unit'];
  /** How smaller levels are made: the mean of four pixels (default), or one of them, for numbered objects. */
  readonly reduction?: Reduction;
  /** Width and height of a tile, a multiple of 16. Default 512. */
  readonly tileSize?: number;
  /** Default `deflate`. */
  readonly compression?: 'deflate' | 'none';
}

export interface PyramidWriter {
  readonly tileSize: number;
  readonly columns: number;
  readonly rows: number;
  /**
   * Writes the tile in the given column and row (from 0): [height, width, channels], full-sized except at the
   * right and lower edge of the picture. Rows must come from top to bottom; the tiles of one row come in any
   * order. One call at a time. Throws a RangeError for a tile that does not fit or comes twice or too late.
   */
  writeTile(column: number, row: number, tile: Image): Promise<void>;
  /** Writes what is left and closes the sink. Throws a RangeError when tiles are missing. */
  close(): Promise<void>;
}

/**
 * Begins a tiled OME-TIFF with levels of half the size each, down to a single tile. It is a BigTIFF where it could
 * exceed 4 GB. Memory: about one row of tiles, whatever the height. The sink is the caller's to discard when
 * something throws.
 */
export async function createPyramidTiff(sink: ByteSink, options: PyramidOptions): Promise<PyramidWriter> {
  const { width, height, channels, tileSize = DEFAULT_TILE, rgb = false } = options;
  check(options);
  const samples = rgb ? 3 : 1;
  const form: TiffForm = { byteOrder: 'little', big: mostBytes(options) > 0xffffffff };
  const levels = levelsOf(options);
  let end = headerBytes(form);
  await sink.write(0, encodeHeader(form, 0));

  const append = async (bytes: Uint8Array): Promise<number> => {
    const at = even(end);
    await sink.write(at, bytes);
    end = at + bytes.length;
    return at;
  };

  /** Writes a tile of a level and hands it, halved, to the next. */
  const accept = async (level: LevelInWork, column: number, row: number, tile: Image): Promise<void> => {
    const place = row * level.columns + column;
    for (const [page, table] of level.pages.entries()) {
      const bytes = pageTile(tile, page * samples, samples, tileSize);
      const stored = options.compression === 'none' ? bytes : zlibSync(bytes, { level: 6 });
      table.offsets[place] = await append(stored);
      table.sizes[place] = stored.length;
    }
    level.left[row] = (level.left[row] ?? 0) - 1;
    const next = levels[level.index + 1];
    if (next === undefined) return;
    const strip = next.strip ?? emptyStrip(next, row >> 1, options);
    next.strip = strip;
    paste(
      strip,
      halved(tile, options.reduction ?? 'mean'),
      (column * tileSize) / 2,
      ((row & 1) * tileSize) / 2,
    );
    const last = row === level.rows - 1;
    if (level.left[row] !== 0 || !((row & 1) === 1 || last)) return;
    for (let c = 0; c < next.columns; c++)
      await accept(next, c, row >> 1, cut(strip, c * tileSize, tileSize));
    next.strip = undefined;
  };

  const [full] = levels;
  if (full === undefined) throw new RangeError('A picture has at least one level.');
  return {
    tileSize,
    columns: full.columns,
    rows: full.rows,
    async writeTile(column, row, tile) {
      checkTile(options, full, column, row, tile);
      await accept(full, column, row, tile);
    },
    async close() {
      const missing = full.left.reduce((sum, left) => sum + left, 0);
      if (missing > 0) throw new RangeError(`${missing} tiles of ${sink.name} were not written.`);
      const description = omeDescription({
        ...{ width, height, channels, samples, dtype: options.dtype, slices: 1, frames: 1 },
        ...{ pixelSize: options.pixelSize ?? null, unit: options.unit ?? null },
      });
      const pages: Field[][] = [];
      for (const [page] of full.pages.entries()) {
        const smaller: number[] = [];
        for (const level of levels.slice(1)) {
          const fields = fieldsOf(options, level, page);
          smaller.push(await append(encodeDirectory(fields, form, { at: even(end), next: 0 })));
        }
        pages.push([
          ...fieldsOf(options, full, page),
          ...(smaller.length > 0 ? [{ tag: 330, type: 'offset', values: smaller } as const] : []),
          ...(page === 0
            ? [{ tag: 270, type: 'ascii', values: new TextEncoder().encode(`${description}\0`) } as const]
            : []),
        ]);
      }
      const first = even(end);
      for (const [page, fields] of pages.entries()) {
        const at = even(end);
        const next = page + 1 < pages.length ? at + directoryBytes(fields, form) : 0;
        await append(encodeDirectory(fields, form, { at, next }));
      }
      await sink.write(0, encodeHeader(form, first));
      await sink.close();
    },
  };
}

const DEFAULT_TILE = 512;

interface LevelInWork {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** For each page, where its tiles lie and how many bytes they have, row by row. */
  readonly pages: readonly { readonly offsets: Float64Array; readonly sizes: Float64Array }[];
  /** How many tiles of each row are to come. */
  readonly left: number[];
  /** The row of tiles that is being filled by the level above. */
  strip: Image | undefined;
}

function check({ width, height, channels, rgb, tileSize = DEFAULT_TILE }: PyramidOptions): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new RangeError(`A picture cannot have the size ${width} x ${height}.`);
  }
  if (!(Number.isInteger(tileSize) && tileSize > 0 && tileSize % 16 === 0)) {
    throw new RangeError(`The size of a tile must be a multiple of 16, not ${tileSize}.`);
  }
  if (channels.length < 1 || (rgb && channels.length !== 3)) {
    throw new RangeError(`A picture${rgb ? ' in RGB' : ''} cannot have ${channels.length} channels.`);
  }
}

function levelsOf({ width, height, channels, rgb, tileSize = DEFAULT_TILE }: PyramidOptions): LevelInWork[] {
  const levels: LevelInWork[] = [];
  for (let [w, h] = [width, height]; ; [w, h] = [Math.ceil(w / 2), Math.ceil(h / 2)]) {
    const columns = Math.ceil(w / tileSize);
    const rows = Math.ceil(h / tileSize);
    levels.push({
      ...{ index: levels.length, width: w, height: h, columns, rows, strip: undefined },
      pages: Array.from({ length: rgb ? 1 : channels.length }, () => ({
        offsets: new Float64Array(columns * rows),
        sizes: new Float64Array(columns * rows),
      })),
      left: new Array<number>(rows).fill(columns),
    });
    if (columns * rows === 1) return levels;
  }
}

/** An upper bound of the file's size: all tiles as they are (deflate adds little), tables and directories. */
function mostBytes(options: PyramidOptions): number {
  const { channels, dtype, tileSize = DEFAULT_TILE } = options;
  const bytes = newSamples(dtype, 1).BYTES_PER_ELEMENT * tileSize ** 2 * 1.001 + 64;
  const tiles = levelsOf({ ...options, rgb: false }).reduce(
    (sum, { columns, rows }) => sum + columns * rows,
    0,
  );
  return tiles * channels.length * bytes + 2 ** 20;
}

function checkTile(
  { dtype, channels, tileSize = DEFAULT_TILE }: PyramidOptions,
  level: LevelInWork,
  column: number,
  row: number,
  tile: Image,
): void {
  checkImage(tile);
  const width = Math.min(tileSize, level.width - column * tileSize);
  const height = Math.min(tileSize, level.height - row * tileSize);
  const fits = tile.width === width && tile.height === height;
  if (!fits || tile.channels !== channels.length || tile.dtype !== dtype || column < 0 || row < 0) {
    throw new RangeError(
      `The tile in column ${column} and row ${row} must be ${width} x ${height} x ${channels.length} ${dtype}, ` +
        `not ${tile.width} x ${tile.height} x ${tile.channels} ${tile.dtype}.`,
    );
  }
  if ((level.pages[0]?.sizes[row * level.columns + column] ?? 0) > 0) {
    throw new RangeError(`The tile in column ${column} and row ${row} was written before.`);
  }
  if (row > 0 && level.left[row - 1] !== 0) {
    throw new RangeError(`A tile of row ${row} was given before row ${row - 1} was complete.`);
  }
}

/** The bytes of some channels of a tile, filled up with zeros to its full size. */
function pageTile(tile: Image, first: number, samples: number, tileSize: number): Uint8Array {
  const { width, height, channels, dtype, data } = tile;
  const whole = width === tileSize && height === tileSize && channels === samples;
  if (whole) return sampleBytes(data, 'little');
  const padded = newSamples(dtype, tileSize * tileSize * samples);
  for (let y = 0; y < height; y++) {
    let to = y * tileSize * samples;
    for (let from = y * width * channels + first; from < (y + 1) * width * channels; from += channels) {
      for (let s = 0; s < samples; s++) padded[to++] = data[from + s] as number;
    }
  }
  return sampleBytes(padded, 'little');
}

function emptyStrip(level: LevelInWork, row: number, options: PyramidOptions): Image {
  const { dtype, channels, tileSize = DEFAULT_TILE } = options;
  const height = Math.min(tileSize, level.height - row * tileSize);
  const data = newSamples(dtype, level.width * height * channels.length);
  return { width: level.width, height, channels: channels.length, dtype, data };
}

function paste(strip: Image, tile: Image, x: number, y: number): void {
  const length = tile.width * tile.channels;
  for (let row = 0; row < tile.height; row++) {
    const from = tile.data.subarray(row * length, (row + 1) * length);
    strip.data.set(from, ((y + row) * strip.width + x) * strip.channels);
  }
}

function cut(strip: Image, x: number, tileSize: number): Image {
  const width = Math.min(tileSize, strip.width - x);
  const data = newSamples(strip.dtype, width * strip.height * strip.channels);
  for (let row = 0; row < strip.height; row++) {
    const from = (row * strip.width + x) * strip.channels;
    data.set(strip.data.subarray(from, from + width * strip.channels), row * width * strip.channels);
  }
  return { ...strip, width, data };
}

function fieldsOf(options: PyramidOptions, level: LevelInWork, page: number): Field[] {
  const { dtype, rgb, tileSize = DEFAULT_TILE, compression } = options;
  const { width, height, index } = level;
  const each = (value: number) => new Array<number>(rgb ? 3 : 1).fill(value);
  const table = level.pages[page];
  return [
    { tag: 254, type: 'long', values: [index === 0 ? 0 : 1] },
    { tag: 256, type: 'long', values: [width] },
    { tag: 257, type: 'long', values: [height] },
    { tag: 258, type: 'short', values: each(newSamples(dtype, 1).BYTES_PER_ELEMENT * 8) },
    { tag: 259, type: 'short', values: [compression === 'none' ? 1 : 8] },
    { tag: 262, type: 'short', values: [rgb ? 2 : 1] },
    { tag: 277, type: 'short', values: [rgb ? 3 : 1] },
    { tag: 284, type: 'short', values: [1] },
    { tag: 322, type: 'long', values: [tileSize] },
    { tag: 323, type: 'long', values: [tileSize] },
    { tag: 324, type: 'offset', values: table?.offsets ?? [] },
    { tag: 325, type: 'offset', values: table?.sizes ?? [] },
    { tag: 339, type: 'short', values: each(dtype === 'float32' ? 3 : 1) },
  ];
}
