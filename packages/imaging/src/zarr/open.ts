import { damaged, ImageFileError } from '../errors.js';
import { sampleTypeOf } from '../image.js';
import { checkSampleCount } from '../limits.js';
import type { Channel, ImageInfo, ImageSource } from '../source/image-source.js';
import { checkRegion } from '../source/image-source.js';
import { openPictureArray, type PictureArray } from './array.js';
import { type Axis, knownAxes, type Multiscales, readMultiscales } from './multiscales.js';
import { noPicture } from './other-groups.js';
import { readNode, type ZarrStore } from './store.js';
import { kindOf } from './stored.js';
import { readWindow } from './window.js';

/**
 * Opens an OME-Zarr picture (0.1 to 0.5, Zarr 2 and 3), or a plain Zarr array of two dimensions or with named
 * axes. Reads metadata only. `name` stands for the store in errors.
 *
 * A slice of a level with fewer slices is the one that lies at its height. Throws an ImageFileError for damaged
 * metadata, samples that are no numbers, chunks of more than 512 MB, and for plates, wells and lists of labels,
 * naming a picture in them.
 */
export async function openOmeZarr(store: ZarrStore, name: string): Promise<ImageSource> {
  const node = await readNode(store, name, '');
  if (!node) throw noStore(name);
  const multiscales = readMultiscales(node);
  if (multiscales) {
    const arrays = await Promise.all(multiscales.paths.map((path) => openPictureArray(store, name, path)));
    return sourceOf(arrays, multiscales, name);
  }
  if (node.kind === 'group') throw noPicture(node, name);
  const array = await openPictureArray(store, name, '');
  const unknown = { calibration: null, frameInterval: null, channels: [] };
  return sourceOf([array], { axes: plainAxes(array), ...unknown }, name);
}

function sourceOf(
  arrays: readonly PictureArray[],
  multiscales: Omit<Multiscales, 'paths'>,
  name: string,
): ImageSource {
  const { axes } = multiscales;
  const info = infoOf(arrays, multiscales, name);
  return {
    info,
    async readRegion(region) {
      checkRegion(info, region);
      const { level = 0, x, y, width, height, slice = 0, frame = 0 } = region;
      const wanted = region.channels ?? info.channels.map((_, channel) => channel);
      checkSampleCount(name, width, height, wanted.length);
      const array = arrays[level];
      if (!array) throw new RangeError(`The picture has no level ${level}.`);
      const slices = sizeOf(array, axes, 'z');
      const data = await readWindow(array, axes, {
        x,
        y,
        width,
        height,
        channels: wanted,
        slice: Math.floor((slice * slices) / info.slices),
        frame,
      });
      return { width, height, channels: wanted.length, dtype: sampleTypeOf(data), data };
    },
    async close() {},
  };
}

function infoOf(
  arrays: readonly PictureArray[],
  { axes, calibration, frameInterval, channels: declared }: Omit<Multiscales, 'paths'>,
  name: string,
): ImageInfo {
  const [full] = arrays;
  if (!full) throw damaged(name, 'its multiscales name no arrays');
  for (const array of arrays) {
    const same = (axis: Axis) => sizeOf(array, axes, axis) === sizeOf(full, axes, axis);
    if (array.shape.length !== axes.length || !same('c') || !same('t') || array.type !== full.type) {
      throw damaged(array.file, 'its axes, channels, frames or type differ from what the picture declares');
    }
  }
  const channels = Array.from(
    { length: sizeOf(full, axes, 'c') },
    (_, channel): Channel => declared[channel] ?? { name: null, colour: null },
  );
  return {
    format: 'OME-Zarr',
    width: sizeOf(full, axes, 'x'),
    height: sizeOf(full, axes, 'y'),
    channels,
    rgb: isRgb(channels),
    slices: sizeOf(full, axes, 'z'),
    frames: sizeOf(full, axes, 't'),
    dtype: kindOf(full.type).read,
    storedType: full.type,
    pixelSize: calibration?.pixelSize ?? null,
    unit: calibration?.unit ?? null,
    ...(frameInterval === null ? {} : { frameInterval }),
    levels: arrays.map((array) => ({
      width: sizeOf(array, axes, 'x'),
      height: sizeOf(array, axes, 'y'),
    })),
  };
}

const RGB_NAMES = [/^(r|red)$/i, /^(g|green)$/i, /^(b|blue)$/i];

/** Red, green and blue are also the colours of stains, so only names say that a picture is one of colours. */
function isRgb(channels: readonly Channel[]): boolean {
  return channels.length === 3 && RGB_NAMES.every((name, i) => name.test(channels[i]?.name ?? ''));
}

function sizeOf(array: PictureArray, axes: readonly Axis[], axis: Axis): number {
  return array.shape[axes.indexOf(axis)] ?? 1;
}

function plainAxes({ axes, shape, file }: PictureArray): readonly Axis[] {
  const named = axes && knownAxes(axes);
  if (named) return named;
  if (shape.length === 2) return ['y', 'x'];
  throw new ImageFileError({
    file,
    problem: `is a plain Zarr array of ${shape.length} dimensions, and nothing says which of them are what`,
    remedy: 'save it as OME-Zarr, or as an array of two dimensions or with named dimensions t, c, z, y, x',
  });
}

function noStore(name: string): ImageFileError {
  return new ImageFileError({
    file: name,
    problem: 'is no Zarr store (it holds no zarr.json, .zgroup, .zattrs or .zarray)',
    remedy: 'name the folder or address that holds one of them',
  });
}
