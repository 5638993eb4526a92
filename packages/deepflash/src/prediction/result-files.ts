/** The files that a prediction writes of one image. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { largePredictionFiles, predictionFiles, predictionFolders } from '../runs/layout.js';
import type { LargeFormat } from './outcome.js';

interface ResultFiles {
  /** Those that are always there, and those of probabilities, which are asked for. */
  readonly always: readonly string[];
  readonly probabilities: string;
}

/** In which form an image's results are written: as a whole, or of a large one in one of the formats for these. */
export type ResultForm = 'whole' | LargeFormat;

function resultFiles(out: string, name: string): Readonly<Record<ResultForm, ResultFiles>> {
  const files = predictionFiles(out);
  const regions = [files.roisOf(name), files.geoJsonOf(name)];
  const large = (format: LargeFormat): ResultFiles => {
    const { probabilities, ...always } = largePredictionFiles(out, name, format);
    return { always: Object.values(always), probabilities };
  };
  return {
    whole: {
      always: [files.mask(name), files.uncertaintyOf(name), files.instancesOf(name), ...regions],
      probabilities: files.probabilityOf(name),
    },
    'ome-tiff': large('ome-tiff'),
    'ome-zarr': large('ome-zarr'),
  };
}

/** Whether all files of an image are there. */
export function hasResults(out: string, name: string, asked: { readonly probabilities: boolean }): boolean {
  return Object.values(resultFiles(out, name)).some(({ always, probabilities }) =>
    [...always, ...(asked.probabilities ? [probabilities] : [])].every((file) => existsSync(file)),
  );
}

/** Removes what an earlier prediction has left of an image, so that it is not taken for a result of this one. */
export async function removeResults(out: string, name: string): Promise<void> {
  await removeAll(Object.values(resultFiles(out, name)).flatMap(everyFile));
}

/** Removes what an earlier prediction has left of an image beside the files that this one has written. */
export async function removeOtherResults(
  out: string,
  name: string,
  written: { readonly form: ResultForm; readonly probabilities: boolean },
): Promise<void> {
  const unasked = (files: ResultFiles): string[] => (written.probabilities ? [] : [files.probabilities]);
  await removeAll(
    Object.entries(resultFiles(out, name)).flatMap(([form, files]) =>
      form === written.form ? unasked(files) : everyFile(files),
    ),
  );
}

function everyFile({ always, probabilities }: ResultFiles): string[] {
  return [...always, probabilities];
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { recursive: true, force: true });
}

/** Files and folders that are being written, which are hidden until they get their names; of large images many gigabytes. */
export async function halfWritten(out: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of predictionFolders(out)) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (/^\..*\.tmp$/.test(name)) found.push(join(folder, name));
    }
  }
  return found;
}

/** Removes what a process that was killed while it wrote has left. Only whoever has locked the folder may call it. */
export async function removeHalfWritten(out: string): Promise<void> {
  await removeAll(await halfWritten(out));
}
