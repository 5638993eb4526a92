/** A tiled file of a large image, with smaller copies, that takes whole rows and keeps them until they fill a row of tiles. */
import {
  createPyramidTiff,
  type Image,
  type PyramidWriter,
  type SampleArray,
  type SampleType,
} from '@deepflash/imaging';
import { createFileSink, createOmeZarr } from '@deepflash/imaging/node';
import type { ImageRows } from './image-rows.js';
import type { LargeFormat } from './outcome.js';

export const TILE = 512;

export interface StripFile {
  /** Takes the next rows, [rows, width, channels]. */
  add(values: SampleArray, rows: number): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

export interface StripFileOptions {
  readonly format: LargeFormat;
  readonly dtype: Extract<SampleType, 'uint8' | 'uint32' | 'float32'>;
  /** Names of channels. Default: one without a name. */
  readonly channels?: readonly string[];
}

/** Begins a file of the image's size. Throws a FileWriteError. */
export async function stripFile(
  path: string,
  image: Pick<ImageRows, 'width' | 'height' | 'info'>,
  options: StripFileOptions,
): Promise<StripFile> {
  const { width, height } = image;
  const { dtype } = options;
  const channels = options.channels?.length ?? 1;
  const tiles =
    options.format === 'ome-zarr'
      ? await zarrTiles(path, image, options)
      : await tiffTiles(path, image, options);
  const Samples = { uint8: Uint8Array, uint32: Uint32Array, float32: Float32Array }[dtype];
  const kept = new Samples(TILE * width * channels);
  let rows = 0;
  let row = 0;
  return {
    async add(values, count) {
      const line = width * channels;
      for (let y = 0; y < count; ) {
        const taken = Math.min(count - y, TILE - rows);
        kept.set(values.subarray(y * line, (y + taken) * line), rows * line);
        rows += taken;
        y += taken;
        if (rows < Math.min(TILE, height - row * TILE)) continue;
        for (let column = 0; column * TILE < width; column++) {
          await tiles.write(column, row, tileOf(kept, { width, rows, channels, dtype }, column));
        }
        rows = 0;
        row++;
      }
    },
    close: () => tiles.close(),
    discard: () => tiles.discard(),
  };
}

interface Tiles {
  write(column: number, row: number, tile: Image): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

type Of = Pick<ImageRows, 'width' | 'height' | 'info'>;

async function tiffTiles(
  path: string,
  { width, height, info }: Of,
  options: StripFileOptions,
): Promise<Tiles> {
  const sink = await createFileSink(path);
  const { dtype } = options;
  const writer: PyramidWriter = await createPyramidTiff(sink, {
    ...{ width, height, dtype, channels: named(options), tileSize: TILE },
    ...{ pixelSize: info.pixelSize, unit: info.unit },
    reduction: dtype === 'float32' ? 'mean' : 'nearest',
  });
  return {
    write: (column, row, tile) => writer.writeTile(column, row, tile),
    close: () => writer.close(),
    discard: () => sink.discard(),
  };
}

async function zarrTiles(
  path: string,
  { width, height, info }: Of,
  options: StripFileOptions,
): Promise<Tiles> {
  const { dtype } = options;
  const { pixelSize, unit } = info;
  const writer = await createOmeZarr(path, {
    ...{ width, height, dtype, channels: named(options), chunkSize: TILE },
    calibration: pixelSize === null || unit === null ? null : { pixelSize, unit },
    content: dtype === 'float32' ? 'intensities' : 'labels',
  });
  return {
    write: (column, row, image) => writer.writeTile({ x: column * TILE, y: row * TILE, image }),
    close: () => writer.close(),
    discard: () => writer.abort(),
  };
}

function named({ channels }: StripFileOptions) {
  return (channels ?? [null]).map((name) => ({ name, colour: null }));
}

function tileOf(
  kept: Uint8Array | Uint32Array | Float32Array,
  strip: {
    readonly width: number;
    readonly rows: number;
    readonly channels: number;
    readonly dtype: SampleType;
  },
  column: number,
): Image {
  const { rows, channels, dtype } = strip;
  const x = column * TILE;
  const width = Math.min(TILE, strip.width - x);
  const data = kept.slice(0, width * rows * channels);
  for (let y = 0; y < rows; y++) {
    const from = (y * strip.width + x) * channels;
    data.set(kept.subarray(from, from + width * channels), y * width * channels);
  }
  return { width, height: rows, channels, dtype, data } as Image;
}
