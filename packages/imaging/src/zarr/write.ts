import { create, Location, set, slice, type Array as ZarrArray } from 'zarrita';
import {
  checkImage,
  type Image,
  newSamples,
  type SampleArray,
  type SampleType,
  sampleTypeOf,
} from '../image.js';
import type { Calibration } from '../metadata/units.js';
import type { Channel } from '../source/image-source.js';
import './codecs.js';
import type { FolderStore } from './folder.js';
import { AXES } from './multiscales.js';
import { buildLevel } from './pyramid.js';
import { omeAttributes, type Range } from './written-attributes.js';

// What is written is OME-Zarr 0.5 on Zarr 3, always with the five axes t, c, z, y, x. The metadata of the group
// come last, so a folder whose writing was cut off is no picture.

export interface OmeZarrOptions {
  /** What viewers call the picture. */
  readonly name?: string;
  /** Pixels of the full resolution. */
  readonly width: number;
  readonly height: number;
  readonly dtype: SampleType;
  /** One without a name by default. */
  readonly channels?: readonly Channel[];
  readonly slices?: number;
  readonly frames?: number;
  readonly calibration?: Calibration | null;
  /** Seconds from frame to frame; undefined or null where that is not known. */
  readonly frameInterval?: number | null | undefined;
  /** Lower resolutions are means of intensities, but one of the labels; intensities by default. */
  readonly content?: 'intensities' | 'labels';
  /** Edge of the square chunks in pixels, 512 by default. */
  readonly chunkSize?: number;
  /** `zstd` by default. */
  readonly compression?: 'zstd' | 'gzip';
}

/** A window to write; its channels go to `channel` and those that follow. */
export interface ZarrTile {
  readonly x: number;
  readonly y: number;
  readonly image: Image;
  /** From 0; 0 by default. */
  readonly channel?: number;
  readonly slice?: number;
  readonly frame?: number;
}

/** One resolution that is being written. Chunks of zeros are left out, as readers take them for zero. */
export interface WrittenLevel {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Of the planes that were written, the chunks that are there: `t/c/z/y/x`. */
  readonly chunks: Set<string>;
  write(plane: readonly [number, number, number], tile: PlaneTile): Promise<void>;
}

export interface PlaneTile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly data: SampleArray;
}

/** Writes a picture tile by tile into a store. `finish` builds the pyramid from what was written. */
export interface StoreWriter {
  writeTile(tile: ZarrTile): Promise<void>;
  finish(): Promise<void>;
}

/** Begins a picture in an empty store. Throws a RangeError for sizes that are no positive whole numbers. */
export async function writeOmeZarr(store: FolderStore, options: OmeZarrOptions): Promise<StoreWriter> {
  const { width, height, dtype, channels = [UNNAMED], slices = 1, frames = 1 } = options;
  const chunkSize = options.chunkSize ?? 512;
  for (const size of [width, height, slices, frames, channels.length, chunkSize]) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`A picture cannot have the size ${size}.`);
  }
  const ranges = channels.map(() => ({ least: Infinity, largest: -Infinity }));
  const sizes = levelSizes(width, height, chunkSize);
  const levels = await Promise.all(
    sizes.map((size, level) =>
      createLevel(store, String(level), [frames, channels.length, slices, size.height, size.width], options),
    ),
  );
  const [full] = levels;

  async function writeTile({ x, y, image, channel = 0, slice = 0, frame = 0 }: ZarrTile): Promise<void> {
    checkImage(image);
    const inside = (at: number, length: number, end: number) =>
      Number.isInteger(at) && at >= 0 && at + length <= end;
    if (
      !full ||
      image.dtype !== dtype ||
      !inside(x, image.width, width) ||
      !inside(y, image.height, height) ||
      !inside(channel, image.channels, channels.length) ||
      !inside(slice, 1, slices) ||
      !inside(frame, 1, frames)
    ) {
      throw new RangeError(`The picture has no place for such a tile at ${x}, ${y}.`);
    }
    for (let c = 0; c < image.channels; c++) {
      const data = planeOf(image, c);
      widen(ranges[channel + c], data);
      await full.write([frame, channel + c, slice], { x, y, width: image.width, height: image.height, data });
    }
  }

  // Two tiles can share a chunk, so they are written one after the other.
  let last: Promise<void> = Promise.resolve();
  return {
    writeTile(tile) {
      const written = last.then(() => writeTile(tile));
      last = written.catch(() => undefined);
      return written;
    },
    async finish() {
      await last;
      for (const [i, level] of levels.entries()) {
        const above = levels[i - 1];
        if (above)
          await buildLevel(store, above, level, { chunkSize, content: options.content ?? 'intensities' });
      }
      const attributes = { ome: omeAttributes(options, channels, sizes.length, ranges) };
      await create(new Location(store), { attributes });
    },
  };
}

const UNNAMED: Channel = { name: null, colour: null };

function levelSizes(width: number, height: number, chunkSize: number) {
  const sizes = [{ width, height }];
  for (let w = width, h = height; Math.max(w, h) > chunkSize; ) {
    w = Math.ceil(w / 2);
    h = Math.ceil(h / 2);
    sizes.push({ width: w, height: h });
  }
  return sizes;
}

async function createLevel(
  store: FolderStore,
  path: string,
  shape: readonly [number, number, number, number, number],
  { dtype, chunkSize = 512, compression = 'zstd' }: OmeZarrOptions,
): Promise<WrittenLevel> {
  const array: ZarrArray<SampleType, FolderStore> = await create(new Location(store).resolve(path), {
    shape: [...shape],
    chunkShape: [1, 1, 1, chunkSize, chunkSize],
    dtype,
    fillValue: 0,
    dimensionNames: [...AXES],
    codecs: [
      { name: 'bytes', configuration: { endian: 'little' } },
      compression === 'zstd'
        ? { name: 'zstd', configuration: { level: 3, checksum: false } }
        : { name: 'gzip', configuration: { level: 6 } },
    ],
  });
  const chunks = new Set<string>();
  return {
    path,
    width: shape[4],
    height: shape[3],
    chunks,
    async write([t, c, z], tile) {
      for (const part of partsOf(tile, chunkSize)) {
        const key = [t, c, z, Math.floor(part.y / chunkSize), Math.floor(part.x / chunkSize)].join('/');
        if (!chunks.has(key) && part.data.every((value) => value === 0)) continue;
        const at = [slice(t, t + 1), slice(c, c + 1), slice(z, z + 1)];
        const window = [slice(part.y, part.y + part.height), slice(part.x, part.x + part.width)];
        await set(array, [...at, ...window], {
          data: part.data,
          shape: [1, 1, 1, part.height, part.width],
          stride: [part.data.length, part.data.length, part.data.length, part.width, 1],
        });
        chunks.add(key);
      }
    },
  };
}

/** A tile cut at the edges of chunks. */
function partsOf(tile: PlaneTile, chunkSize: number): PlaneTile[] {
  const cuts = (start: number, length: number) => {
    const edges = [start];
    for (let at = (Math.floor(start / chunkSize) + 1) * chunkSize; at < start + length; at += chunkSize)
      edges.push(at);
    return edges.map((from, i) => ({ from, length: (edges[i + 1] ?? start + length) - from }));
  };
  return cuts(tile.y, tile.height).flatMap((rows) =>
    cuts(tile.x, tile.width).map((columns) => {
      const data = newSamples(sampleTypeOf(tile.data), rows.length * columns.length);
      for (let row = 0; row < rows.length; row++) {
        const from = (rows.from - tile.y + row) * tile.width + columns.from - tile.x;
        data.set(tile.data.subarray(from, from + columns.length), row * columns.length);
      }
      return { x: columns.from, y: rows.from, width: columns.length, height: rows.length, data };
    }),
  );
}

function planeOf({ data, channels, dtype }: Image, channel: number): SampleArray {
  if (channels === 1) return data;
  const plane = newSamples(dtype, data.length / channels);
  for (let i = 0; i < plane.length; i++) plane[i] = data[i * channels + channel] ?? 0;
  return plane;
}

/** No viewer can show up to infinity, and JSON cannot hold it. */
function widen(range: Range | undefined, data: SampleArray): void {
  if (!range) return;
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    if (value < range.least) range.least = value;
    if (value > range.largest) range.largest = value;
  }
}
