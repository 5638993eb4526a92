import { damaged, truncated, unsupported } from '../errors.js';
import { checkPlausible, checkSampleCount } from '../limits.js';
import { compressionOf } from './compression.js';
import { numberOf, numbersOf, type TiffDirectory, type TiffFile, textOf } from './directory.js';

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
  readonly description: string;
}

/** The strips or tiles that a page is cut into. */
export interface BlockGrid {
  readonly tiled: boolean;
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
  /** For each block, plane after plane, row after row: where it lies and how many bytes it takes. */
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
}

/** Reads and checks how the pixels are stored; throws an ImageFileError for what is damaged, not read, or cannot be in the file. */
export function layoutOf(tiff: TiffFile, directory: TiffDirectory): TiffLayout {
  const width = numberOf(tiff, directory, 256) ?? 0;
  const height = numberOf(tiff, directory, 257) ?? 0;
  if (!(isCount(width) && isCount(height)))
    throw damaged(tiff.name, `it declares ${width} x ${height} pixels`);
  const samples = numberOf(tiff, directory, 277) ?? 1;
  if (!isCount(samples)) throw damaged(tiff.name, 'it declares pixels without samples');
  checkSampleCount(tiff.name, width, height, samples);
  if (numberOf(tiff, directory, 266) === 2) throw unsupported(tiff.name, 'reversed bits (FillOrder 2)');
  const bits = sameForAll(tiff, numbersOf(tiff, directory, 258) ?? [1], 'bit depths');
  const layout = {
    width,
    height,
    samples,
    bits,
    format: formatOf(tiff, directory, bits),
    planar: samples > 1 && numberOf(tiff, directory, 284) === 2,
    photometric: numberOf(tiff, directory, 262) ?? (samples === 3 ? 2 : 1),
    compression: numberOf(tiff, directory, 259) ?? 1,
    predictor: numberOf(tiff, directory, 317) ?? 1,
    extraSamples: numbersOf(tiff, directory, 338) ?? [],
    description: textOf(tiff, directory, 270) ?? '',
  };
  const ratio = compressionOf(layout.compression, tiff.name).ratio;
  const blocks = blocksOf(tiff, directory, layout);
  const stored = blocks.byteCounts.reduce((sum, count) => sum + count, 0);
  checkPlausible(tiff.name, stored, Math.floor((width * height * samples * bits) / 8), ratio);
  return { ...layout, blocks };
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

function formatOf(tiff: TiffFile, directory: TiffDirectory, bits: number): TiffLayout['format'] {
  const declared = sameForAll(tiff, numbersOf(tiff, directory, 339) ?? [1], 'sample formats');
  const format = FORMATS[declared];
  if (format === undefined) throw unsupported(tiff.name, 'complex numbers');
  if (!DEPTHS[format].includes(bits)) throw unsupported(tiff.name, `${bits}-bit ${format} samples`);
  return format;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}

function sameForAll(tiff: TiffFile, values: readonly number[], what: string): number {
  const [first, ...others] = values;
  if (first === undefined) throw damaged(tiff.name, `it declares no ${what}`);
  if (others.some((value) => value !== first)) throw unsupported(tiff.name, `channels of different ${what}`);
  return first;
}

function blocksOf(
  tiff: TiffFile,
  directory: TiffDirectory,
  layout: Pick<TiffLayout, 'width' | 'height' | 'samples' | 'bits' | 'planar' | 'compression'>,
): BlockGrid {
  const { width, height } = layout;
  const tiled = directory.fields.has(324);
  const blockWidth = tiled ? (numberOf(tiff, directory, 322) ?? 0) : width;
  const rows = numberOf(tiff, directory, tiled ? 323 : 278) ?? (tiled ? 0 : height);
  const blockHeight = tiled ? rows : Math.min(rows, height);
  if (!(isCount(blockWidth) && isCount(blockHeight)))
    throw damaged(tiff.name, 'its strips or tiles have no size');
  if (tiled && layout.bits % 8 !== 0 && blockWidth % 8 !== 0) {
    throw damaged(tiff.name, `its tiles are ${blockWidth} pixels wide`);
  }
  const across = Math.ceil(width / blockWidth);
  const down = Math.ceil(height / blockHeight);
  const blocks = across * down * (layout.planar ? layout.samples : 1);
  const offsets = numbersOf(tiff, directory, tiled ? 324 : 273) ?? [];
  if (offsets.length < blocks) {
    throw damaged(tiff.name, `it lists ${offsets.length} strips or tiles where ${blocks} are needed`);
  }
  const declared = numbersOf(tiff, directory, tiled ? 325 : 279) ?? [];
  const grid = { tiled, width: blockWidth, height: blockHeight, across, down };
  return {
    ...grid,
    offsets,
    byteCounts: byteCountsOf(tiff, layout, grid, offsets.slice(0, blocks), declared),
  };
}

/** Uncompressed single strips of some writers lack a byte count, or hold one cut to 32 bits: it follows from the size. */
function byteCountsOf(
  tiff: TiffFile,
  layout: Pick<TiffLayout, 'samples' | 'bits' | 'planar' | 'compression'>,
  grid: { readonly width: number; readonly height: number },
  offsets: readonly number[],
  declared: readonly number[],
): number[] {
  const beside = layout.planar ? 1 : layout.samples;
  const whole = Math.ceil((grid.width * beside * layout.bits) / 8) * grid.height;
  return offsets.map((offset, i) => {
    const inferred = layout.compression === 1 && offsets.length === 1 ? whole : 0;
    const count = inferred || (declared[i] ?? 0);
    if (count === 0) throw truncated(tiff.name, `strip or tile ${i + 1} holds no data`);
    if (offset + count > tiff.bytes.length) {
      throw truncated(
        tiff.name,
        `strip or tile ${i + 1} of ${offsets.length} lies beyond the end of the file`,
      );
    }
    return count;
  });
}
