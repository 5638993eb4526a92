/** A large image in bands: each predicted by itself, perhaps on another machine, then put together as by one process. */
import { statSync } from 'node:fs';
import { ImageFileError, SelectionError } from '@deepflash/imaging';
import { bandEdges, type TileRows } from '@deepflash/segmentation';
import { type BandFiles, openBand, readBand, rowsOfBand } from './band-file.js';
import { openImageRows } from './image-rows.js';
import { type FileToPredict, fileFromRows, isLarge, type RowSource, rowsByNetworks } from './predict-file.js';
import type { LogEntry } from './prediction-log.js';
import { checkObjectsOfLarge } from './tiled-files.js';

/**
 * Predicts what of a band is not there yet, and keeps it in its files.
 *
 * @returns why it could not be predicted; undefined where it was.
 * @throws the signal's reason when it is aborted.
 */
export async function predictBand(
  options: FileToPredict,
  band: TileRows,
  files: BandFiles,
  asked: string,
): Promise<string | undefined> {
  const writer = await openBand(files, asked, options.path);
  try {
    const { description } = options.ensemble;
    const image = await openImageRows(options.path, options.selection, description.channels);
    try {
      // Of all bands together it would be refused only when they are all predicted.
      if (isLarge(image)) checkObjectsOfLarge(options.file, image, options.objects);
      const tileRows = whatIsLeft(band, bandEdges(image.height, description), writer.kept);
      const kinds = { separation: !isLarge(image), probabilities: options.probabilities };
      let last = performance.now();
      const add: Parameters<RowSource>[1] = async (rows, shares) => {
        const now = performance.now();
        writer.add(rows, shares, kinds, (now - last) / 1000);
        last = now;
      };
      if (tileRows !== undefined) await rowsByNetworks(options, tileRows)(image, add);
      writer.finish();
      return undefined;
    } finally {
      await image.close();
    }
  } catch (error) {
    if (!(error instanceof ImageFileError || error instanceof SelectionError)) throw error;
    writer.fail(error.message);
    return error.message;
  } finally {
    writer.close();
  }
}

/** The rows of tiles of a band that are still to be predicted; undefined where none is. */
function whatIsLeft(
  { first, end }: TileRows,
  edges: readonly number[],
  kept: readonly { readonly first: number; readonly count: number }[],
): TileRows | undefined {
  const done = kept.reduce((row, part) => Math.max(row, part.first + part.count), edges[first] ?? 0);
  let next = first;
  while (next < end && (edges[next + 1] ?? 0) <= done) next++;
  return next < end ? { first: next, end } : undefined;
}

/**
 * Writes the files of an image whose bands are all predicted, the same to the bit as if one process had predicted it.
 *
 * @param bands from the top
 * @throws ImageFileError where parts are missing or the image changed meanwhile; what `predictFile` throws.
 */
export async function joinBands(
  options: FileToPredict,
  bands: readonly BandFiles[],
  asked: string,
): Promise<LogEntry> {
  const written = bands.map((files) => ({ files, ...readBand(files) }));
  const parts = written.flatMap((band) => (band.asked === asked ? band.parts : []));
  const { size, mtimeMs } = statSync(options.path);
  if (parts.some(({ bytes, changed }) => bytes !== size || changed !== mtimeMs)) {
    throw new ImageFileError({
      file: options.file,
      problem: 'changed after a part of it was predicted',
      remedy: 'submit again',
    });
  }
  const entry = await fileFromRows(options, async (image, onRows) => {
    const gap = parts.reduce((row, { first, count }) => (first === row ? row + count : Number.NaN), 0);
    if (gap !== image.height) {
      throw new ImageFileError({
        file: options.file,
        problem: 'is not predicted as a whole, for rows of it are missing',
        remedy: 'submit again',
      });
    }
    for (const band of written) {
      for await (const { rows, shares } of rowsOfBand(band.files, band.parts)) {
        options.signal?.throwIfAborted();
        await onRows(rows, shares);
      }
      const last = band.parts.at(-1);
      options.onPart(last === undefined ? 0 : (last.first + last.count) / image.height);
    }
  });
  const before = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  const seconds = Math.round(1000 * (entry.result.seconds + before)) / 1000;
  return { ...entry, result: { ...entry.result, seconds } };
}
