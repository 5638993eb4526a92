/**
 * The files of an image that does not fit into memory: tiled OME-TIFF with smaller copies, as QuPath and Fiji (Bio-Formats)
 * open them. Rows are kept until they fill a row of tiles. Objects are counted as the rows pass, and numbered in a second
 * pass over the mask that was written.
 */
import {
  componentCounter,
  createPyramidTiff,
  type Image,
  ImageFileError,
  numberRows,
  type PassedComponents,
  type PyramidWriter,
  type SampleType,
  stem,
} from '@deepflash/imaging';
import { createFileSink, openImageFile } from '@deepflash/imaging/node';
import { predictionFiles } from '../runs/layout.js';
import type { ImageRows } from './image-rows.js';
import { passedRecord, pixelScale } from './object-records.js';
import type { ObjectOptions, RowTaker } from './outcome.js';

const TILE = 512;

export interface TiledFilesOptions {
  readonly out: string;
  readonly file: string;
  readonly image: ImageRows;
  readonly classes: number;
  readonly objects: ObjectOptions;
}

/**
 * Begins the files of a large image.
 *
 * @throws ImageFileError for ways to find objects that need the whole image.
 */
export async function tiledFiles(options: TiledFilesOptions): Promise<RowTaker> {
  const { image, classes, file, objects } = options;
  const { width, height, info } = image;
  if (objects.separate !== 'components' || objects.fillHoles) {
    throw new ImageFileError({
      file,
      problem: `has ${width} x ${height} pixels, and in images that large objects are found as connected components only`,
      remedy: 'leave out --separate and --fill-holes, or cut the image',
    });
  }
  const files = predictionFiles(options.out);
  const name = stem(file);
  const mask = await stripFile(files.largeMask(name), image, 'uint8');
  const uncertainty = await stripFile(files.largeUncertainty(name), image, 'float32');
  let instances: StripFile | undefined;
  const counter = componentCounter(width);
  return {
    async take(rows) {
      for (let y = 0; y < rows.count; y++) {
        const row = rows.mask.subarray(y * width, (y + 1) * width);
        counter.addRow(row, rows.uncertainty.subarray(y * width, (y + 1) * width));
      }
      await mask.add(classes === 2 ? rows.mask.map((value) => value && 255) : rows.mask, rows.count);
      await uncertainty.add(rows.uncertainty, rows.count);
    },
    async finish() {
      await mask.close();
      await uncertainty.close();
      const found = counter.result(({ area, box }) => {
        const cut =
          box.x === 0 || box.y === 0 || box.x + box.width === width || box.y + box.height === height;
        return area >= objects.minimumSize && !(objects.excludeBorder && cut);
      });
      instances = await stripFile(files.largeInstances(name), image, 'uint32');
      await numberObjects(files.largeMask(name), instances, found);
      await instances.close();
      const scale = pixelScale(info);
      return found.objects.map((object, index) => passedRecord(file, index + 1, object, scale));
    },
    async discard() {
      for (const part of [mask, uncertainty, instances]) await part?.discard();
    },
  };
}

/** The second pass: reads the mask again and writes the number of each pixel's object. */
async function numberObjects(mask: string, out: StripFile, { objectOf }: PassedComponents): Promise<void> {
  const source = await openImageFile(mask);
  try {
    const { width, height } = source.info;
    const numbering = numberRows(width);
    const numbers = new Uint32Array(width);
    for (let y = 0; y < height; y += TILE) {
      const count = Math.min(TILE, height - y);
      const { data } = await source.readRegion({ x: 0, y, width, height: count });
      const labels = new Uint32Array(count * width);
      for (let row = 0; row < count; row++) {
        numbering(Uint8Array.from(data.subarray(row * width, (row + 1) * width)), numbers);
        for (let x = 0; x < width; x++) labels[row * width + x] = objectOf[numbers[x] as number] as number;
      }
      await out.add(labels, count);
    }
  } finally {
    await source.close();
  }
}

interface StripFile {
  add(values: Uint8Array | Uint32Array | Float32Array, rows: number): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

/** A tiled file that takes whole rows. */
async function stripFile(
  path: string,
  { width, height, info }: ImageRows,
  dtype: Extract<SampleType, 'uint8' | 'uint32' | 'float32'>,
): Promise<StripFile> {
  const sink = await createFileSink(path);
  const { pixelSize, unit } = info;
  const channels = [{ name: null, colour: null }];
  const reduction = dtype === 'float32' ? ('mean' as const) : ('nearest' as const);
  const options = { width, height, dtype, channels, pixelSize, unit, reduction, tileSize: TILE };
  const writer = await createPyramidTiff(sink, options);
  const strip = { uint8: Uint8Array, uint32: Uint32Array, float32: Float32Array }[dtype];
  const kept = new strip(TILE * width);
  let rows = 0;
  let row = 0;
  return {
    async add(values, count) {
      for (let y = 0; y < count; ) {
        const taken = Math.min(count - y, TILE - rows);
        kept.set(values.subarray(y * width, (y + taken) * width), rows * width);
        rows += taken;
        y += taken;
        if (rows < Math.min(TILE, height - row * TILE)) continue;
        await writeStrip(writer, row, { width, height: rows, channels: 1, dtype, data: kept } as Image);
        rows = 0;
        row++;
      }
    },
    close: () => writer.close(),
    discard: () => sink.discard(),
  };
}

async function writeStrip(writer: PyramidWriter, row: number, strip: Image): Promise<void> {
  for (let column = 0; column < writer.columns; column++) {
    const x = column * TILE;
    const width = Math.min(TILE, strip.width - x);
    const data = strip.data.slice(0, width * strip.height);
    for (let y = 0; y < strip.height; y++) {
      data.set(strip.data.subarray(y * strip.width + x, y * strip.width + x + width), y * width);
    }
    await writer.writeTile(column, row, { ...strip, width, data } as Image);
  }
}
