/** What is in a project, as the pages show it. All of it is read from the folder. */
import { existsSync, readFileSync } from 'node:fs';
import { describeSettings, type SettingDescription } from '@deepflash/segmentation';
import { decodeCsv } from '../csv.js';
import { groundTruthFiles } from '../ground-truth/layout.js';
import { isFinished } from '../jobs/train-run.js';
import { folderNames, imageFiles, type Project, type ProjectImage } from '../project/project.js';
import { readEvents } from '../runs/events.js';
import { foldHistory } from '../runs/history.js';
import { predictionFiles, runFiles } from '../runs/layout.js';
import { openRun } from '../runs/run.js';
import { summarise } from '../runs/validation-results.js';
import type { JobView } from './jobs.js';

export interface ExpertView {
  readonly name: string;
  /** The images that the expert has drawn on. */
  readonly images: readonly string[];
}

export interface RunView {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'finished' | 'interrupted';
  /** Mean Dice over the held-out images; null as long as it is not known. */
  readonly dice: number | null;
  readonly report: boolean;
}

export interface ProjectView {
  readonly name: string;
  readonly folder: string;
  readonly classes: readonly string[];
  readonly images: readonly ProjectImage[];
  readonly experts: readonly ExpertView[];
  /** The images of which there is a consensus. */
  readonly groundTruth: readonly string[];
  readonly runs: readonly RunView[];
  readonly predictions: readonly string[];
  readonly jobs: readonly JobView[];
}

export async function projectView(
  project: Project,
  images: readonly ProjectImage[],
  jobs: readonly JobView[],
): Promise<ProjectView> {
  const { files, folder, settings } = project;
  const experts: ExpertView[] = [];
  for (const name of await folderNames(files.annotations)) {
    experts.push({ name, images: await namesOf(files.expert(name)) });
  }
  const runs: RunView[] = [];
  for (const name of await folderNames(files.runs)) {
    const run = await runView(project, name, jobs);
    if (run !== undefined) runs.push(run);
  }
  return {
    ...{ name: settings.name, folder, classes: settings.classes, images, experts, runs, jobs },
    groundTruth: await namesOf(groundTruthFiles(files.groundTruth).masks),
    predictions: await folderNames(files.predictions),
  };
}

async function namesOf(folder: string): Promise<string[]> {
  return (await imageFiles(folder)).map((file) => file.replace(/\.[^.]*$/, ''));
}

async function runView(
  { files }: Project,
  name: string,
  jobs: readonly JobView[],
): Promise<RunView | undefined> {
  const path = files.run(name);
  const job = jobs.findLast(({ kind, target }) => kind === 'train' && target === name);
  const busy = job?.state === 'running' || job?.state === 'waiting' ? job.state : undefined;
  if (!existsSync(runFiles(path).config)) {
    return busy && { name, state: busy, dice: null, report: false };
  }
  const run = await openRun(path);
  const finished = isFinished(run);
  const report = existsSync(runFiles(path).report);
  return { name, state: busy ?? (finished ? 'finished' : 'interrupted'), dice: summarise(run).dice, report };
}

/** One run with its curves, thinned out to what a picture can show. */
export interface RunDetails {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly reasons: Readonly<Record<string, string | undefined>>;
  readonly models: number;
  readonly folds: readonly {
    readonly fold: number;
    readonly steps: number;
    readonly step: number;
    /** Step and loss. */
    readonly losses: readonly (readonly [number, number])[];
    /** Step and mean Dice of the held-out images. */
    readonly dice: readonly (readonly [number, number])[];
    readonly secondsPerStep: number | null;
    readonly finished: boolean;
  }[];
  readonly heldOut: readonly { readonly name: string; readonly dice: number }[];
}

const MOST_POINTS = 400;

export async function runDetails({ files }: Project, name: string): Promise<RunDetails> {
  const run = await openRun(files.run(name));
  const events = readEvents(runFiles(run.path).events);
  const folds = Array.from({ length: run.data.models }, (_, index) => {
    const { fold, steps, metrics, finished } = foldHistory(events, index + 1);
    const every = Math.max(1, Math.ceil(steps.length / MOST_POINTS));
    const seconds = steps.slice(-20).reduce((sum, step) => sum + step.seconds, 0);
    return {
      fold,
      steps: steps.at(-1)?.steps ?? run.settings.steps,
      step: steps.at(-1)?.step ?? 0,
      losses: steps
        .filter((_, i) => i % every === 0 || i === steps.length - 1)
        .map(({ step, loss }) => [step, loss] as const),
      dice: metrics.map(({ step, dice }) => [step, dice] as const),
      secondsPerStep: steps.length === 0 ? null : seconds / Math.min(20, steps.length),
      finished: finished !== undefined,
    };
  });
  const heldOut = folds.flatMap(({ fold }) => [...foldHistory(events, fold).validated.values()]);
  return {
    ...{ name, settings: run.settings, reasons: run.reasons, models: run.data.models, folds },
    heldOut: heldOut.map((one) => ({ name: one.name, dice: one.dice })).sort((a, b) => a.dice - b.dice),
  };
}

/** A prediction, the doubtful images first. */
export interface PredictionView {
  readonly name: string;
  readonly finished: boolean;
  readonly images: readonly {
    readonly name: string;
    readonly file: string;
    readonly objects: number;
    readonly expectedDice: number;
    readonly expectedDiceLow: number;
    readonly expectedDiceHigh: number;
    readonly uncertainty: number;
    readonly unlike: boolean;
    readonly reasons: string;
  }[];
}

export function predictionView({ files }: Project, name: string): PredictionView {
  const { results } = predictionFiles(files.prediction(name));
  if (!existsSync(results)) return { name, finished: false, images: [] };
  const [head = [], ...rows] = decodeCsv(readFileSync(results, 'utf8'));
  const images = rows.map((row) => {
    const cell = (column: string): string => row[head.indexOf(column)] ?? '';
    return {
      name: cell('file').replace(/(\.ome)?\.[^.]*$/i, ''),
      file: cell('file'),
      objects: Number(cell('objects')),
      expectedDice: Number(cell('expectedDice')),
      expectedDiceLow: Number(cell('expectedDiceLow')),
      expectedDiceHigh: Number(cell('expectedDiceHigh')),
      uncertainty: Number(cell('uncertainty')),
      unlike: cell('unlike') === 'yes',
      reasons: cell('reasons'),
    };
  });
  return { name, finished: true, images: images.sort((a, b) => a.expectedDice - b.expectedDice) };
}

/** A setting as a form shows it. */
export type SettingView = SettingDescription;

export function settingViews(): readonly SettingView[] {
  return describeSettings();
}
