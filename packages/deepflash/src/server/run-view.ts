/** A training as the pages show it. */
import { existsSync, statSync } from 'node:fs';
import { isFinished } from '../jobs/train-run.js';
import type { Project } from '../project/project.js';
import { readEvents } from '../runs/events.js';
import { foldHistory } from '../runs/history.js';
import { runFiles } from '../runs/layout.js';
import { openRun } from '../runs/run.js';
import { summarise } from '../runs/validation-results.js';
import type { JobView } from './jobs.js';

export interface RunView {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'finished' | 'interrupted';
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
  } | null;
}

export async function runView(
  { files }: Project,
  name: string,
  jobs: readonly JobView[],
): Promise<RunView | undefined> {
  const path = files.run(name);
  const job = jobs.findLast(({ kind, target }) => kind === 'train' && target === name);
  const begun = existsSync(runFiles(path).config);
  if (job?.state === 'running' || job?.state === 'waiting') {
    return {
      name,
      state: job.state,
      dice: null,
      report: false,
      settings: begun ? await namesIn(path) : null,
    };
  }
  if (!begun) return undefined;
  const outcome = await outcomeOf(path);
  const report = existsSync(runFiles(path).report);
  return { ...{ name, report, settings: await namesIn(path) }, ...outcome };
}

async function namesIn(path: string): Promise<RunView['settings']> {
  const { settings, data } = await openRun(path);
  const { architecture, encoder, steps, initialWeights } = settings;
  return { architecture, encoder, steps, further: initialWeights !== null, images: data.items.length };
}

interface Outcome {
  readonly state: 'finished' | 'interrupted';
  readonly dice: number | null;
}

/** What came out of runs at rest, of which the events may be long. */
const outcomes = new Map<string, { readonly changed: number; readonly outcome: Outcome }>();

async function outcomeOf(path: string): Promise<Outcome> {
  const { events } = runFiles(path);
  const changed = existsSync(events) ? statSync(events).mtimeMs : 0;
  const known = outcomes.get(path);
  if (known?.changed === changed) return known.outcome;
  const run = await openRun(path);
  const outcome: Outcome = { state: isFinished(run) ? 'finished' : 'interrupted', dice: summarise(run).dice };
  outcomes.set(path, { changed, outcome });
  return outcome;
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
  /** Held-out images as soon as the network that did not see them has predicted them, the worst first. */
  readonly heldOut: readonly { readonly name: string; readonly dice: number; readonly uncertainty: number }[];
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
    heldOut: heldOut
      .map((one) => ({ name: one.name, dice: one.dice, uncertainty: one.uncertainty }))
      .sort((a, b) => a.dice - b.dice),
  };
}
