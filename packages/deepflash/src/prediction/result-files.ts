/** The files that a prediction writes of one image. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { largePredictionFiles, predictionFiles, predictionFolders } from '../runs/layout.js';

interface ResultFiles {
  /** Those that are always there, and those of probabilities, which are asked for. */
  readonly always: readonly string[];
  readonly probabilities: string;
}

/** The files of an image that fits into memory, and those of a large one in each of its formats. */
function resultFiles(out: string, name: string): ResultFiles[] {
  const files = predictionFiles(out);
  const regions = [files.roisOf(name), files.geoJsonOf(name)];
  const whole = {
    always: [files.mask(name), files.uncertaintyOf(name), files.instancesOf(name), ...regions],
    probabilities: files.probabilityOf(name),
  };
  const large = (['ome-tiff', 'ome-zarr'] as const).map((format) => {
    const { probabilities, ...always } = largePredictionFiles(out, name, format);
    return { always: Object.values(always), probabilities };
  });
  return [whole, ...large];
}

/** Whether all files of an image are there. */
export function hasResults(out: string, name: string, asked: { readonly probabilities: boolean }): boolean {
  return resultFiles(out, name).some(({ always, probabilities }) =>
    [...always, ...(asked.probabilities ? [probabilities] : [])].every((file) => existsSync(file)),
  );
}

/** Removes what an earlier prediction has left of an image, so that it is not taken for a result of this one. */
export async function removeResults(out: string, name: string): Promise<void> {
  for (const { always, probabilities } of resultFiles(out, name)) {
    for (const file of [...always, probabilities]) await rm(file, { recursive: true, force: true });
  }
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
  for (const path of await halfWritten(out)) await rm(path, { recursive: true, force: true });
}
