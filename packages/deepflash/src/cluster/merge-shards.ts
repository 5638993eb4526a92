import { list } from '../errors.js';
import {
  askedFor,
  finishPrediction,
  imagesToPredict,
  type PredictedImages,
  type PredictFolderOptions,
} from '../prediction/predict-folder.js';
import { type LogEntry, readPredictionLog, writePredictionLog } from '../prediction/prediction-log.js';
import { predictionFiles } from '../runs/layout.js';
import { clusterFiles } from './layout.js';
import { readShard } from './shards.js';
import { clusterStatus } from './status.js';
import { type Submission, taskName } from './submission.js';

/**
 * Makes of what the shards found what one process would have written: tables, report, and the log from which
 * `deepflash predict --resume` goes on. Images of a shard that failed are told with its reason.
 *
 * @returns which images are missing and why; undefined where none is.
 */
export async function mergeShards(
  out: string,
  submission: Submission,
  options: PredictFolderOptions,
): Promise<string | undefined> {
  const asked = askedFor(options);
  const found = new Map<string, LogEntry>();
  const problems = new Map<string, string>();
  for (let shard = 1; shard <= submission.tasks; shard++) {
    const log = readPredictionLog(clusterFiles(out).shardLog(shard));
    const entries = log.asked === asked ? log.entries : new Map<string, LogEntry>();
    let reason: string | undefined;
    for (const file of readShard(out, shard)) {
      const entry = entries.get(file);
      const problem = log.failures.get(file);
      if (entry !== undefined) found.set(file, entry);
      else if (problem !== undefined) problems.set(file, problem);
      else {
        reason ??= await reasonOf(out, taskName('prediction', shard));
        problems.set(
          file,
          `${file} was not predicted, because ${taskName('prediction', shard)} did not finish: ${reason}`,
        );
      }
    }
  }
  const files = await imagesToPredict(options.images);
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
  await writePredictionLog(predictionFiles(out).log, asked, entries);
  await finishPrediction(options, { entries, failures });
  if (failures.length === 0) return undefined;
  const all = list(failures.map(({ problem }) => problem));
  return `${failures.length} of ${files.length} images could not be predicted:\n${all}`;
}

async function reasonOf(out: string, task: string): Promise<string> {
  const status = await clusterStatus(out).catch(() => undefined);
  const { reason, state } = status?.tasks.find(({ name }) => name === task) ?? {};
  return reason ?? `it is ${state ?? 'lost'}; submit again.`;
}
