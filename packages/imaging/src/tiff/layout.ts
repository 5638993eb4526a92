import { damaged, unsupported } from '../errors.js';
import { compressionOf } from './compression.js';
import {
  numberOf,
  numbersOf,
  readDirectory,
  type TiffDirectory,
  type TiffFile,
  textOf,
} from './directory.js';

/** How the pixels of one page are stored. */
export interface TiffLayout {
  readonly width: number;
  readonly height: number;
  /** Samples in each pixel, alpha included. */
  readonly samples: number;
  readonly bits: number;
  readonly format: 'uint' | 'int' | 'float';
  /** Whether each sample has a plane of its own, instead of lying beside the others of its pixel. */
  readonly planar: boolean;
  readonly photometric: number;
  readonly compression: number;
  readonly predictor: number;
  readonly blocks: BlockGrid;
  /** One number for each sample beyond those of the colour: 0 unspecified, 1 and 2 alpha. */
  readonly extraSamples: readonly number[];
  /** A smaller copy of another page. */
  readonly reduced: boolean;
  /** A transparency mask of another page. */
  readonly mask: boolean;
}

/** The strips or tiles that a page is cut into. */
export interface BlockGrid {
  readonly tiled: boolean;
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
  /** Of all planes together. */
  readonly count: number;
}

/** Reads and checks how the pixels are stored; throws an ImageFileError for what is damaged or not read. */
export async function layoutOf(tiff: TiffFile, directory: TiffDirectory): Promise<TiffLayout> {
  const number = (tag: number) => numberOf(tiff, directory, tag);
  const width = (await number(256)) ?? 0;
  const height = (await number(257)) ?? 0;
  if (!(isCount(width) && isCount(height)))
    throw damaged(tiff.name, `it declares ${width} x ${height} pixels`);
  const samples = (await number(277)) ?? 1;
  if (!isCount(samples)) throw damaged(tiff.name, 'it declares pixels without samples');
  if ((await number(266)) === 2) throw unsupported(tiff.name, 'reversed bits (FillOrder 2)');
  const bits = sameForAll(tiff, await depthsOf(tiff, directory), 'bit depths');
  const kind = (await number(254)) ?? 0;
  const layout = {
    width,
    height,
    samples,
    bits,
    format: await formatOf(tiff, directory, bits),
    planar: samples > 1 && (await number(284)) === 2,
    photometric: await photometricOf(tiff, (await number(262)) ?? (samples === 3 ? 2 : 1)),
    compression: (await number(259)) ?? 1,
    predictor: (await number(317)) ?? 1,
    extraSamples: [...((await numbersOf(tiff, directory, 338)) ?? [])],
    // Older files say it by SubfileType, where 2 is a reduced page.
    reduced: (kind & 1) === 1 || (await number(255)) === 2,
    mask: (kind & 4) === 4,
  };
  compressionOf(layout.compression, tiff.name);
  return { ...layout, blocks: await blocksOf(tiff, directory, layout) };
}

/** With ImageJ, bright on dark and dark on bright are two ways to show the same numbers, which are the measurement. */
async function photometricOf(tiff: TiffFile, declared: number): Promise<number> {
  if (declared !== 0) return declared;
  const first = await readDirectory(tiff, tiff.first);
  return (await textOf(tiff, first, 270))?.startsWith('ImageJ=') ? 1 : 0;
}

/** Old LSM writers put two depths elsewhere in the file, though they fit into the directory, where their place stands. */
async function depthsOf(
  tiff: TiffFile,
  directory: TiffDirectory,
): Promise<ArrayLike<number> & Iterable<number>> {
  const depths = (await numbersOf(tiff, directory, 258)) ?? [1];
  const field = directory.fields.get(258);
  const [first = 0, second = 0] = depths;
  if (!field || depths.length !== 2 || first === second || tiff.big) return depths;
  const at = tiff.littleEndian ? first + second * 2 ** 16 : first * 2 ** 16 + second;
  const moved = { fields: new Map([[258, { ...field, at }]]), next: 0 };
  return at + 4 <= tiff.size ? ((await numbersOf(tiff, moved, 258)) ?? depths) : depths;
}

const FORMATS: Readonly<Record<number, TiffLayout['format']>> = {
  1: 'uint',
  2: 'int',
  3: 'float',
  4: 'uint',
};

const DEPTHS: Readonly<Record<TiffLayout['format'], readonly number[]>> = {
  uint: [1, 2, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 32, 64],
  int: [8, 16, 32, 64],
  float: [16, 32, 64],
};

async function formatOf(
  tiff: TiffFile,
  directory: TiffDirectory,
  bits: number,
): Promise<TiffLayout['format']> {
  const declared = sameForAll(tiff, (await numbersOf(tiff, directory, 339)) ?? [1], 'sample formats');
  const format = FORMATS[declared];
  if (format === undefined) throw unsupported(tiff.name, 'complex numbers');
  if (!DEPTHS[format].includes(bits)) throw unsupported(tiff.name, `${bits}-bit ${format} samples`);
  return format;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}

function sameForAll(tiff: TiffFile, values: Iterable<number>, what: string): number {
  const [first, ...others] = new Set(values);
  if (first === undefined) throw damaged(tiff.name, `it declares no ${what}`);
  if (others.length > 0) throw unsupported(tiff.name, `channels of different ${what}`);
  return first;
}

async function blocksOf(
  tiff: TiffFile,
  directory: TiffDirectory,
  layout: Pick<TiffLayout, 'width' | 'height' | 'samples' | 'bits' | 'planar'>,
): Promise<BlockGrid> {
  const { width, height } = layout;
  const tiled = directory.fields.has(324);
  const blockWidth = tiled ? ((await numberOf(tiff, directory, 322)) ?? 0) : width;
  const rows = (await numberOf(tiff, directory, tiled ? 323 : 278)) ?? (tiled ? 0 : height);
  const blockHeight = tiled ? rows : Math.min(rows, height);
  if (!(isCount(blockWidth) && isCount(blockHeight)))
    throw damaged(tiff.name, 'its strips or tiles have no size');
  if (tiled && layout.bits % 8 !== 0 && blockWidth % 8 !== 0) {
    throw damaged(tiff.name, `its tiles are ${blockWidth} pixels wide`);
  }
  const across = Math.ceil(width / blockWidth);
  const down = Math.ceil(height / blockHeight);
  const count = across * down * (layout.planar ? layout.samples : 1);
  return { tiled, width: blockWidth, height: blockHeight, across, down, count };
}
