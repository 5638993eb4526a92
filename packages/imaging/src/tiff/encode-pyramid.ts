import { type Image, newSamples, type SampleType } from '../image.js';
import type { ByteSink } from '../sink/byte-sink.js';
import type { Channel, ImageInfo } from '../source/image-source.js';
import { packZlib } from '../zlib.js';
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
import type { Reduction } from './halve.js';
import { type Level, pyramidLevels, tilesOf } from './pyramid-levels.js';

// A pyramidal OME-TIFF: each page (a channel, or the three of RGB) is cut into tiles, and holds in its field 330
// the places of smaller and smaller copies of itself (docs.openmicroscopy.org, OME-TIFF, "sub-resolutions").
// Tiles go to the file as they come. The directories, which say where all tiles lie, come last.

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
  const { width, height, dtype, channels, tileSize = DEFAULT_TILE, rgb = false } = options;
  check(options);
  const samples = rgb ? 3 : 1;
  const form: TiffForm = { byteOrder: 'little', big: mostBytes(options) > 0xffffffff };
  let end = headerBytes(form);
  await sink.write(0, encodeHeader(form, 0));

  const append = async (bytes: Uint8Array): Promise<number> => {
    const at = even(end);
    await sink.write(at, bytes);
    end = at + bytes.length;
    return at;
  };

  const shape = { width, height, dtype, channels: channels.length, tileSize };
  const pyramid = pyramidLevels(
    { ...shape, reduction: options.reduction ?? 'mean' },
    async ({ index }, place, tile) => {
      for (const [page, table] of (tables[index] ?? []).entries()) {
        const bytes = pageTile(tile, page * samples, samples, tileSize);
        const stored = options.compression === 'none' ? bytes : packZlib(bytes);
        table.offsets[place] = await append(stored);
        table.sizes[place] = stored.length;
      }
    },
  );
  const [full, ...smaller] = pyramid.levels;
  const tables = pyramid.levels.map(({ columns, rows }) =>
    Array.from({ length: rgb ? 1 : channels.length }, () => tileTable(columns * rows)),
  );
  const fieldsOf = (level: Level, page: number) => levelFields(options, level, tables[level.index]?.[page]);
  return {
    ...{ tileSize, columns: full.columns, rows: full.rows },
    writeTile: pyramid.add,
    async close() {
      const missing = pyramid.missing();
      if (missing > 0) throw new RangeError(`${missing} tiles of ${sink.name} were not written.`);
      const description = omeDescription({
        ...{ width, height, channels, samples, dtype, slices: 1, frames: 1 },
        ...{ pixelSize: options.pixelSize ?? null, unit: options.unit ?? null },
      });
      const pages: Field[][] = [];
      for (let page = 0; page < channels.length / samples; page++) {
        const places: number[] = [];
        for (const level of smaller) {
          const fields = fieldsOf(level, page);
          places.push(await append(encodeDirectory(fields, form, { at: even(end), next: 0 })));
        }
        pages.push([
          ...fieldsOf(full, page),
          ...(places.length > 0 ? [{ tag: 330, type: 'offset', values: places } as const] : []),
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

/** Where the tiles of a page lie and how many bytes they have, row by row. */
interface TileTable {
  readonly offsets: Float64Array;
  readonly sizes: Float64Array;
}

function tileTable(tiles: number): TileTable {
  return { offsets: new Float64Array(tiles), sizes: new Float64Array(tiles) };
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

/** An upper bound of the file's size: all tiles as they are (deflate adds little), tables and directories. */
function mostBytes({ width, height, channels, dtype, tileSize = DEFAULT_TILE }: PyramidOptions): number {
  const bytes = newSamples(dtype, 1).BYTES_PER_ELEMENT * tileSize ** 2 * 1.001 + 64;
  return tilesOf({ width, height, tileSize }) * channels.length * bytes + 2 ** 20;
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

function levelFields(options: PyramidOptions, level: Level, table: TileTable | undefined): Field[] {
  const { dtype, rgb, tileSize = DEFAULT_TILE, compression } = options;
  const { width, height, index } = level;
  const each = (value: number) => new Array<number>(rgb ? 3 : 1).fill(value);
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
