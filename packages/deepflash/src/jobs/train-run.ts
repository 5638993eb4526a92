/** The work of a training run, from what its folder says. It can be stopped or killed at any moment and begun again. */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import type { Runtime } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { type LabelledImage, type TrainingEvent, trainFold } from '@deepflash/segmentation';
import { readBytes } from '../bytes.js';
import { readRecorded } from '../data/load.js';
import { runtimeThreads } from '../devices/allotted.js';
import { requireDevice } from '../devices/probe.js';
import { list, WorkError } from '../errors.js';
import { writeTrainingReport } from '../report/training-report.js';
import { openEventLog, type RunEvent, readEvents } from '../runs/events.js';
import { foldHistory } from '../runs/history.js';
import { foldFiles, runFiles } from '../runs/layout.js';
import { writeQuality } from '../runs/quality.js';
import { openRun, type Run } from '../runs/run.js';
import { writeSeparation } from '../runs/separation.js';
import { softwareVersions } from '../runs/software.js';
import { writeValidationResults } from '../runs/validation-results.js';
import { writeFoldLogs } from '../training/fold-logs.js';
import { removeLeftovers } from '../training/leftovers.js';
import { modelWeights, recordedModelWeights, weightsIn } from '../training/model-weights.js';
import { progressPictures } from '../training/progress-pictures.js';
import { lockFold, lockRun } from '../training/run-lock.js';
import { tileWorkers } from '../training/tile-workers.js';
import { writeEnsemble } from '../training/write-ensemble.js';
import { findWeights, readStartingWeights } from '../weights/starting-weights.js';
import { trainingPlan } from './training-plan.js';
import { validateFold } from './validate-fold.js';

/**
 * What of a run is worked on: one fold, to be trained and validated while others may be by other machines; or what
 * comes after, of the folds that are trained, with what is known of why another one is not.
 */
export type TrainingPart =
  | { readonly fold: number }
  | { readonly finish: 'trained-folds'; whyMissing(fold: number): Promise<string | undefined> };

export interface TrainRunOptions {
  /** The folder of a run that `beginRun` has made. */
  readonly run: string;
  /** Default: all of it. */
  readonly part?: TrainingPart | undefined;
  /** When aborted, the step in progress is finished and a checkpoint written. */
  readonly signal: AbortSignal;
  /** Told of everything that is written to the run's events, too. */
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Trains what is not yet trained of a run, predicts the held-out images and writes results and report.
 * Blocks the thread for a training step at a time.
 *
 * @throws RunBusyError where another process works on the run, or on that fold; WorkError where a fold is not trained when
 *   what comes after is done: that is done of the others then, if there are any.
 */
export async function trainRun(options: TrainRunOptions): Promise<'finished' | 'stopped'> {
  const { run, part } = options;
  const fold = foldOf(part);
  const lock = await (fold === undefined
    ? lockRun(run, (await openRun(run)).data.models)
    : lockFold(run, fold));
  try {
    await removeLeftovers(fold === undefined ? run : foldFiles(run, fold).folder);
    return await trainLocked(options);
  } finally {
    await lock.release();
  }
}

async function trainLocked(options: TrainRunOptions): Promise<'finished' | 'stopped'> {
  const run = await openRun(options.run);
  const images = await readRecorded(run.data, run.settings);
  const { device, threads } = run.settings;
  // Which machine of a cluster a task comes to, nobody could try before.
  if (options.part !== undefined) await requireDevice(device);
  const runtime = await nodeRuntime({ device, ...runtimeThreads(threads) });
  const { part } = options;
  const fold = foldOf(part);
  const files = runFiles(run.path);
  const log = openEventLog(fold === undefined ? files.events : files.eventsOf(fold));
  const work: FoldWork = {
    run,
    images,
    runtime,
    signal: options.signal,
    tell(event) {
      log.append(event);
      options.onEvent?.(event);
    },
  };
  try {
    warnOfOtherSoftware(work);
    const missing = part !== undefined && 'finish' in part ? await untrained(run, part) : [];
    const folds = fold === undefined ? foldNumbers(run).filter((one) => !isIn(missing, one)) : [fold];
    if (folds.length === 0) throw new WorkError(incomplete(run, missing));
    for (const one of folds) {
      if (!isTrained(run, one) && (await trainOne(work, one)) === 'stopped') return 'stopped';
      if ((await validateFold(work, one)) === 'stopped') return 'stopped';
    }
    if (fold !== undefined) return 'finished';
    await joinNetworks(work, folds);
    await writeValidationResults(run);
    await writeQuality(run, images);
    await writeSeparation(run);
    await writeFoldLogs(run, folds);
    await writeTrainingReport(run, images, missing.map(inWords));
    if (missing.length === 0) return 'finished';
    throw new WorkError(
      `${incomplete(run, missing)} Report and ensemble.onnx in ${run.path} are of the others alone.`,
    );
  } finally {
    log.close();
  }
}

function foldOf(part: TrainingPart | undefined): number | undefined {
  return part !== undefined && 'fold' in part ? part.fold : undefined;
}

/** Writes the networks as one file and, when none is missing, records how much each counts. */
async function joinNetworks({ run, tell }: FoldWork, folds: readonly number[]): Promise<void> {
  if (recordedModelWeights(run.path) !== undefined) return;
  const weights = modelWeights(run, folds);
  const warning = await writeEnsemble(run, folds, weights);
  if (warning !== undefined) tell({ type: 'warning', message: warning });
  if (folds.length === run.data.models) tell({ type: 'ensemble', weights });
}

/** What the parts of a run's work share. */
export interface FoldWork {
  readonly run: Run;
  /** In the order of the run's `data.json`. */
  readonly images: readonly LabelledImage[];
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  /** Writes an event to the run and tells it. */
  tell(event: RunEvent): void;
}

/** Whether nothing is left to do for a run. @param known its events, where they were read already */
export function isFinished(run: Run, known?: readonly RunEvent[]): boolean {
  const { report, validation, events } = runFiles(run.path);
  if (!existsSync(report) || !existsSync(validation.results)) return false;
  const all = known ?? readEvents(events);
  return weightsIn(all) !== undefined && foldNumbers(run).every((fold) => isTrained(run, fold, all));
}

/** The folds that are trained, from 1. */
export function foldNumbers({ data }: Run): number[] {
  return Array.from({ length: data.models }, (_, index) => index + 1);
}

/** A fold that is not trained when the others are. */
interface MissingFold {
  readonly fold: number;
  readonly reason: string | undefined;
}

async function untrained(
  run: Run,
  { whyMissing }: Extract<TrainingPart, { finish: unknown }>,
): Promise<MissingFold[]> {
  const events = readEvents(runFiles(run.path).events);
  const folds = foldNumbers(run).filter((fold) => !isTrained(run, fold, events));
  return Promise.all(folds.map(async (fold) => ({ fold, reason: await whyMissing(fold) })));
}

function isIn(missing: readonly MissingFold[], fold: number): boolean {
  return missing.some((one) => one.fold === fold);
}

function inWords({ fold, reason }: MissingFold): string {
  return `Fold ${fold} is not trained${reason === undefined ? '.' : `: ${reason}`}`;
}

function incomplete(run: Run, missing: readonly MissingFold[]): string {
  const count = `${missing.length} of ${run.data.models} folds of ${run.path} ${missing.length === 1 ? 'is' : 'are'} not trained; give the command that trains it again, which does only what is missing.`;
  return `${count}\n${list(missing.map(inWords))}\n`;
}

export function isTrained(
  run: Run,
  fold: number,
  events: readonly RunEvent[] = readEvents(runFiles(run.path).events),
): boolean {
  const { model, weights } = foldFiles(run.path, fold);
  return existsSync(model) && existsSync(weights) && foldHistory(events, fold).finished !== undefined;
}

async function trainOne(work: FoldWork, fold: number): Promise<'finished' | 'stopped'> {
  const { run, images, runtime, signal, tell } = work;
  const files = foldFiles(run.path, fold);
  await mkdir(files.checkpointFolder, { recursive: true });
  const heldOut = new Set(
    run.data.folds === 1 ? [] : run.data.items.filter((item) => item.fold === fold).map(({ name }) => name),
  );
  const training = images.filter(({ name }) => !heldOut.has(name));
  const validation = images.filter(({ name }) => heldOut.has(name));
  const initial = await startingWeights(run, fold);
  const plan = trainingPlan(run.settings, run.data.classValues, training);
  const result = await trainFold({
    runtime,
    plan: { ...plan, selection: run.data.selection },
    statistics: run.data.statistics,
    fold,
    training,
    tiles: tileWorkers(run.settings),
    validation,
    signal,
    ...(existsSync(files.checkpoint) ? { resume: await readBytes(files.checkpoint) } : {}),
    ...(initial === undefined ? {} : { initial }),
    onEvent: (event) => {
      const known = runEvent(event);
      if (known !== undefined) tell(known);
    },
    onCheckpoint: (bytes) => writeFileAtomic(files.checkpoint, bytes),
    onValidation: progressPictures({ run, fold, ...plan, validation, tell }),
  });
  if (!result.finished || result.weights === null || result.model === null) return 'stopped';
  await writeFileAtomic(files.weights, result.weights);
  await writeFileAtomic(files.model, result.model);
  const { steps, dice, secondsPerStep } = result;
  tell({ type: 'finished', fold, steps, dice, seconds: steps * secondsPerStep, secondsPerStep });
  await rm(files.checkpointFolder, { recursive: true, force: true });
  return 'finished';
}

async function startingWeights({ settings, data }: Run, fold: number) {
  const source = await findWeights(settings);
  if (source === undefined) return undefined;
  const { channels, classValues } = data;
  return readStartingWeights(source, { ...settings, channels, classes: classValues.length, fold });
}

/** A fold counts as finished only when its files are in place, so that event is written here. */
function runEvent(event: TrainingEvent): RunEvent | undefined {
  return event.type === 'finished' ? undefined : event;
}

function warnOfOtherSoftware({ run, tell }: FoldWork): void {
  const now = softwareVersions();
  const others = Object.entries(run.data.software).filter(([name, version]) => now[name] !== version);
  if (others.length === 0) return;
  const changes = others.map(([name, version]) => `${name} ${version}, now ${now[name] ?? 'none'}`);
  tell({ type: 'warning', message: `This run began with other software (${changes.join('; ')}).` });
}
