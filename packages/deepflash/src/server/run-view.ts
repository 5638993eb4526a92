/** A training as the pages show it. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors.js';
import { isFinished } from '../jobs/train-run.js';
import type { Project } from '../project/project.js';
import type { FollowedEvents } from '../runs/follow-events.js';
import { type FoldHistory, foldHistory } from '../runs/history.js';
import { runFiles } from '../runs/layout.js';
import { openRun, type Run } from '../runs/run.js';
import { summarise } from '../runs/validation-results.js';
import { isSubmitted } from './cluster-view.js';
import { isOpen, type JobView } from './jobs.js';

export interface RunView {
  readonly name: string;
  /** Submitted: tasks of a cluster work on it, or were to. */
  readonly state: 'waiting' | 'running' | 'submitted' | 'finished' | 'interrupted';
  /** Whether tasks of a cluster have to do with it, also when it is finished. */
  readonly submitted: boolean;
  /** Mean Dice over the held-out images; null as long as it is not known. */
  readonly dice: number | null;
  readonly report: boolean;
  /** What it is about; null until it has begun. */
  readonly settings: {
    readonly architecture: string;
    readonly encoder: string;
    readonly steps: number;
    /** It went on from the networks of another training. */
    readonly further: boolean;
    readonly images: number;
    /** Whether its networks learnt how objects that touch part. */
    readonly separates: boolean;
  } | null;
  /** Why its files cannot be read, where that is so. */
  readonly problem?: string;
}

/** A training that was begun or is about to; undefined for a folder that is none. */
export async function runView(
  { files }: Project,
  name: string,
  jobs: readonly JobView[],
  followed: FollowedEvents,
): Promise<RunView | undefined> {
  const path = files.run(name);
  const job = jobs.findLast(
    ({ kind, target }) => (kind === 'train' || kind === 'submit-training') && target === name,
  );
  const submitted = isSubmitted(path);
  const begun = existsSync(runFiles(path).config);
  // To be submitted is not to run.
  const atWork = isOpen(job) ? (job.kind === 'train' ? job.state : 'waiting') : undefined;
  if (!begun && atWork === undefined) return undefined;
  const report = atWork === undefined && existsSync(runFiles(path).report);
  const named = { name, submitted, report };
  try {
    const settings = begun ? await namesIn(path) : null;
    if (atWork !== undefined) return { ...named, settings, state: atWork, dice: null };
    const { state, dice } = await outcomeOf(path, followed);
    return { ...named, settings, dice, state: state === 'interrupted' && submitted ? 'submitted' : state };
  } catch (error) {
    // The others are shown all the same.
    return {
      ...named,
      settings: null,
      state: atWork ?? 'interrupted',
      dice: null,
      problem: messageOf(error),
    };
  }
}

/** What runs are about, of which the records of data may be long. */
const known = new Map<string, { readonly changed: string; readonly names: RunView['settings'] }>();

async function namesIn(path: string): Promise<RunView['settings']> {
  const files = runFiles(path);
  const changed = changesOf([files.config, files.data]);
  const before = known.get(path);
  if (before?.changed === changed) return before.names;
  const { settings, data } = await openRun(path);
  const { architecture, encoder, steps, initialWeights, separation } = settings;
  const names = {
    ...{ architecture, encoder, steps, separates: separation !== 'none' },
    ...{ further: initialWeights !== null, images: data.items.length },
  };
  known.set(path, { changed, names });
  return names;
}

interface Outcome {
  readonly state: 'finished' | 'interrupted';
  readonly dice: number | null;
}

/** What came out of runs at rest, of which the events may be long. */
const outcomes = new Map<string, { readonly changed: string; readonly outcome: Outcome }>();

async function outcomeOf(path: string, followed: FollowedEvents): Promise<Outcome> {
  const changed = lastChanges(path);
  const before = outcomes.get(path);
  if (before?.changed === changed) return before.outcome;
  const run = await openRun(path);
  const events = await followed.read(runFiles(path).events);
  const outcome: Outcome = {
    state: isFinished(run, events) ? 'finished' : 'interrupted',
    dice: summarise(run, events).dice,
  };
  outcomes.set(path, { changed, outcome });
  return outcome;
}

/** The report comes last; tasks of a cluster have events of their own, and come and go unseen. */
function lastChanges(path: string): string {
  const { events, eventsOf, report } = runFiles(path);
  const tasks = dirname(eventsOf(1));
  const files = [
    ...[events, report],
    ...(existsSync(tasks) ? readdirSync(tasks).map((name) => join(tasks, name)) : []),
  ];
  return changesOf(files);
}

function changesOf(files: readonly string[]): string {
  return files.map((file) => (existsSync(file) ? statSync(file).mtimeMs : 0)).join();
}

/** One run with its curves, thinned out to what a picture can show. */
export interface RunDetails {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly reasons: Readonly<Record<string, string | undefined>>;
  /** What was said of images, masks and settings before it began, and warnings since. */
  readonly notes: readonly string[];
  readonly models: number;
  readonly folds: readonly {
    readonly fold: number;
    readonly steps: number;
    readonly step: number;
    /** Step and loss. */
    readonly losses: readonly (readonly [number, number])[];
    /** Step and mean Dice of the held-out images. */
    readonly dice: readonly (readonly [number, number])[];
    /** Held-out images, with what the network said of them on the way. */
    readonly pictured: readonly PicturedImage[];
    readonly secondsPerStep: number | null;
    readonly finished: boolean;
  }[];
  /** Held-out images as soon as the network that did not see them has predicted them, the worst first. */
  readonly heldOut: readonly HeldOutImage[];
}

export interface HeldOutImage {
  readonly name: string;
  readonly dice: number;
  readonly uncertainty: number;
  /** Whether the mask that it was judged by is still there. */
  readonly drawn: boolean;
}

/** Small pictures of a held-out image: files of the run, with slashes. */
export interface PicturedImage {
  readonly name: string;
  readonly image: string;
  readonly mask: string;
  /** What the network said of it after so many steps. */
  readonly after: readonly { readonly step: number; readonly file: string }[];
}

const MOST_POINTS = 400;

export async function runDetails(
  { files }: Project,
  name: string,
  followed: FollowedEvents,
): Promise<RunDetails> {
  const run = await openRun(files.run(name));
  const events = await followed.read(runFiles(run.path).events);
  const folds = Array.from({ length: run.data.models }, (_, index) => {
    const { fold, steps, metrics, pictures, finished } = foldHistory(events, index + 1);
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
      pictured: picturedImages(pictures),
      secondsPerStep: steps.length === 0 ? null : seconds / Math.min(20, steps.length),
      finished: finished !== undefined,
    };
  });
  const heldOut = folds.flatMap(({ fold }) => [...foldHistory(events, fold).validated.values()]);
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  return {
    ...{ name, settings: run.settings, reasons: run.reasons, models: run.data.models, folds },
    notes: [...new Set([...(run.data.notes ?? []), ...warnings])],
    heldOut: heldOut
      .map(({ name: image, dice, uncertainty }) => ({
        name: image,
        dice,
        uncertainty,
        drawn: isDrawn(run, image),
      }))
      .sort((a, b) => a.dice - b.dice),
  };
}

function isDrawn({ data }: Run, image: string): boolean {
  const item = data.items.find(({ name }) => name === image);
  return item !== undefined && existsSync(join(data.maskFolder, item.mask.name));
}

function picturedImages(pictures: FoldHistory['pictures']): PicturedImage[] {
  const names = [...new Set(pictures.map(({ name }) => name))];
  return names.map((name) => {
    const own = pictures.filter((picture) => picture.name === name);
    const folder = own[0]?.file.replace(/[^/]*$/, '') ?? '';
    return {
      ...{ name, image: `${folder}image.png`, mask: `${folder}mask.png` },
      after: own.map(({ step, file }) => ({ step, file })),
    };
  });
}
