import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageFileError, SelectionError, stem } from '@deepflash/imaging';
import { list } from '../errors.js';
import { readBand } from '../prediction/band-file.js';
import { joinBands } from '../prediction/bands.js';
import { askedFor, fileToPredict, type PredictFolderOptions } from '../prediction/folder-work.js';
import { finishPrediction, imagesToPredict, type PredictedImages } from '../prediction/predict-folder.js';
import {
  type LogEntry,
  openPredictionLog,
  readPredictionLog,
  writePredictionLog,
} from '../prediction/prediction-log.js';
import { hasResults, removeResults } from '../prediction/result-files.js';
import { predictionFiles } from '../runs/layout.js';
import { clusterFiles } from './layout.js';
import { reasonsOf } from './reasons.js';
import { bandFiles, isBand, readShard } from './shards.js';
import { removeEarlierResults, removeStrays } from './strays.js';
import { type Submission, taskName } from './submission.js';

export interface MergeOptions extends PredictFolderOptions {
  /** Told how many images that were predicted in bands are put together, of how many. */
  readonly onJoined?: (done: number, total: number) => void;
}

/**
 * Makes of what the shards found what one process would have written: tables, report, and the log from which
 * `deepflash predict --resume` goes on. Images of a shard that failed are told with its reason.
 *
 * @returns which images are missing and why; undefined where none is.
 */
export async function mergeShards(
  out: string,
  submission: Submission,
  options: MergeOptions,
): Promise<string | undefined> {
  const asked = askedFor(options);
  await removeStrays(out);
  const { found, problems, bands } = await gathered(out, submission, asked);
  const files = await imagesToPredict(options.images);
  await forgetDeleted(out, bands, new Set(files));
  await joinImages(out, bands, options, { asked, found, problems });
  const failures: PredictedImages['failures'][number][] = [];
  const entries: LogEntry[] = [];
  for (const file of files) {
    const entry = found.get(file);
    if (entry !== undefined) entries.push(entry);
    else
      failures.push({
        file,
        problem: problems.get(file) ?? `${file} came after the submission: submit again.`,
      });
  }
  await removeEarlierResults(
    out,
    failures.map(({ file }) => stem(file)),
  );
  await writePredictionLog(predictionFiles(out).log, asked, entries);
  await finishPrediction(options, { entries, failures });
  if (failures.length === 0) return undefined;
  const all = list(failures.map(({ problem }) => problem));
  return `${failures.length} of ${files.length} images could not be predicted:\n${all}`;
}

interface Gathered {
  readonly found: Map<string, LogEntry>;
  readonly problems: Map<string, string>;
  /** The shards that are bands of an image, from its top. */
  readonly bands: Map<string, number[]>;
}

/** What the shards found, by image. */
async function gathered(out: string, { tasks }: Submission, asked: string): Promise<Gathered> {
  const found = new Map<string, LogEntry>();
  const problems = new Map<string, string>();
  const bands = new Map<string, number[]>();
  const reasonOf = unfinished(out);
  for (let number = 1; number <= tasks; number++) {
    const shard = readShard(out, number);
    if (isBand(shard)) {
      bands.set(shard.file, [...(bands.get(shard.file) ?? []), number]);
      continue;
    }
    const log = readPredictionLog(clusterFiles(out).shardLog(number));
    const entries = log.asked === asked ? log.entries : new Map<string, LogEntry>();
    for (const file of shard) {
      const entry = entries.get(file);
      if (entry !== undefined) found.set(file, entry);
      else problems.set(file, log.failures.get(file) ?? (await reasonOf(file, number)));
    }
  }
  return { found, problems, bands };
}

/** Images that were deleted since are no results any more, nor failures; what was kept of their bands goes. */
async function forgetDeleted(
  out: string,
  bands: Map<string, readonly number[]>,
  there: ReadonlySet<string>,
): Promise<void> {
  for (const [file, shards] of bands) {
    if (there.has(file)) continue;
    bands.delete(file);
    for (const shard of shards) await rm(bandFiles(out, shard).values, { force: true });
  }
}

/** Puts images together of their bands, each once, and removes the bands. */
async function joinImages(
  out: string,
  bands: ReadonlyMap<string, readonly number[]>,
  options: MergeOptions,
  { asked, found, problems }: Pick<Gathered, 'found' | 'problems'> & { readonly asked: string },
): Promise<void> {
  if (bands.size === 0) return;
  const pathOf = (file: string): string => join(options.images, file);
  const log = await openPredictionLog(clusterFiles(out).joinedLog, { resume: true, asked, pathOf });
  const kept = { probabilities: options.probabilities ?? false };
  const reasonOf = unfinished(out);
  const fail = async (file: string, problem: string): Promise<void> => {
    problems.set(file, problem);
    await removeResults(out, stem(file));
  };
  let done = 0;
  for (const [file, shards] of bands) {
    done++;
    let entry = hasResults(out, stem(file), kept) ? log.known(file) : undefined;
    if (entry === undefined) {
      const parts = shards.map((shard) => bandFiles(out, shard));
      const written = parts.map(readBand);
      const open = written.findIndex(
        (band, index) => band.asked !== asked || !band.finished || !existsSync(parts[index]?.values ?? ''),
      );
      if (open >= 0) {
        const problem = written.find((band) => band.problem !== undefined)?.problem;
        await fail(file, problem ?? (await reasonOf(file, shards[open] ?? 0)));
        continue;
      }
      try {
        const onPart = (part: number): void => options.onJoined?.(done - 1 + part, bands.size);
        entry = await joinBands(fileToPredict(options, file, onPart), parts, asked);
      } catch (error) {
        if (!(error instanceof ImageFileError || error instanceof SelectionError)) throw error;
        await fail(file, error.message);
        continue;
      }
      log.append(file, entry);
    }
    found.set(file, entry);
    for (const shard of shards) await rm(bandFiles(out, shard).values, { force: true });
  }
}

/** Tells why an image is missing whose shard did not finish. */
function unfinished(out: string): (file: string, shard: number) => Promise<string> {
  const reasonOf = reasonsOf(out);
  return async (file, shard) => {
    const task = taskName('prediction', shard);
    const { state, reason } = await reasonOf(task);
    if (state === 'done') return `${file} was not seen by ${task}, or what it found is gone: submit again.`;
    return `${file} was not predicted, because ${task} did not finish: ${reason ?? 'it is lost; submit again.'}`;
  };
}
