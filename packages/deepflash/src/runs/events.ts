/**
 * `events.jsonl`: what happened in a run, one JSON object a line, only ever added to. Network disks do not add to a file
 * for two machines at once, so each task of a cluster has a file of its own in the folder `events` beside it.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { FileWriteError } from '@deepflash/imaging';
import { separationWays } from '@deepflash/segmentation';
import { z } from 'zod';
import { messageOf } from '../errors.js';

const fold = z.int().min(1);
const count = z.number().min(0);

/** How well one way, with one value of its parameter, told touching objects apart. */
export const separationScoreSchema = z.object({
  way: z.enum(separationWays),
  value: z.number().nullable(),
  averagePrecision: z.number(),
  ap50: z.number().exactOptional(),
});

const runEventSchema = z.discriminatedUnion('type', [
  /** The training of a fold begins, or goes on after `step` steps. */
  z.object({ type: z.literal('started'), fold, step: count, steps: count, parameters: count }),
  z.object({
    type: z.literal('step'),
    fold,
    step: count,
    steps: count,
    loss: z.number(),
    /** Euclidean norm of all gradients together. */
    gradientNorm: z.number(),
    learningRate: z.number(),
    seconds: count,
    /** Seconds of these until the tiles of the step were there. */
    waited: count.optional(),
  }),
  /** The Dice over the fold's held-out images, on the way. */
  z.object({ type: z.literal('metric'), fold, step: count, dice: z.number(), best: z.boolean() }),
  /** What the network so far says of a held-out image, as a small picture: a file of the run, with slashes. */
  z.object({ type: z.literal('picture'), fold, step: count, name: z.string(), file: z.string() }),
  z.object({ type: z.literal('warning'), message: z.string() }),
  /** A fold is trained and its files are in place. */
  z.object({
    type: z.literal('finished'),
    fold,
    steps: count,
    dice: z.number().nullable(),
    seconds: count,
    secondsPerStep: count,
  }),
  /** A held-out image was predicted as a whole: the `done`-th of `total` in the fold. */
  z.object({
    type: z.literal('validated'),
    fold,
    name: z.string(),
    done: count,
    total: count,
    dice: z.number(),
    iou: z.number(),
    uncertainty: z.number(),
    uncertaintyScore: z.number().nullable(),
    /** Of each class with the background, where there are more than two. */
    dicePerClass: z.array(z.number()).optional(),
    /** The Dice that the prediction estimated of itself. */
    estimatedDice: z.number().optional(),
    /** How well touching objects were told apart in each way, where they are known. */
    separations: z.array(separationScoreSchema).optional(),
  }),
  /** All networks are trained: how much each counts in predictions, in the order of the folds. */
  z.object({ type: z.literal('ensemble'), weights: z.array(count) }),
]);

export type RunEvent = z.infer<typeof runEventSchema>;

/** An event with the moment at which it was written, in ISO 8601. */
export type LoggedEvent = RunEvent & { readonly time: string };

export interface EventLog {
  append(event: RunEvent): void;
  close(): void;
}

/** Opens the events of a run for adding to them. Throws a FileWriteError. */
export function openEventLog(path: string): EventLog {
  const file = writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'a+');
  });
  let torn = endsMidLine(file);
  return {
    append(event) {
      const line = `${torn ? '\n' : ''}${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`;
      torn = false;
      writing(path, () => writeSync(file, line));
      // Its checkpoint goes next.
      if (event.type === 'finished') writing(path, () => fsyncSync(file));
    },
    close: () => closeSync(file),
  };
}

/**
 * The events of a run, oldest first, also those of its tasks; none where there is no file. What a crash cut off is passed
 * over.
 */
export function readEvents(path: string): LoggedEvent[] {
  return inOrder(eventFiles(path).map((file) => eventsIn(readFileSync(file, 'utf8'))));
}

/** The files of a run's events that are there: its own, then those of its tasks. */
export function eventFiles(path: string): string[] {
  const folder = path.replace(/\.jsonl$/, '');
  const tasks = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
  return [...(existsSync(path) ? [path] : []), ...tasks.sort().map((name) => join(folder, name))];
}

/** The events in a part of a file; what is none is passed over. */
export function eventsIn(text: string): LoggedEvent[] {
  return text.split('\n').flatMap(parseLine);
}

/** Those of several files by time, where each file keeps its own order: the clocks of machines differ. */
export function inOrder(files: readonly LoggedEvent[][]): LoggedEvent[] {
  const filled = files.filter((events) => events.length > 0);
  if (filled.length < 2) return filled[0] ?? [];
  const timed = filled.flatMap((events) => {
    let latest = '';
    return events.map((event) => {
      if (event.time > latest) latest = event.time;
      return { event, at: latest };
    });
  });
  return timed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ event }) => event);
}

function parseLine(line: string): LoggedEvent[] {
  try {
    const value: unknown = JSON.parse(line);
    const time = z.object({ time: z.string() }).safeParse(value);
    const event = runEventSchema.safeParse(value);
    return time.success && event.success ? [{ ...event.data, ...time.data }] : [];
  } catch {
    return [];
  }
}

/** A process that was killed while it wrote leaves half a line, which must not swallow the next one. */
function endsMidLine(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== 0x0a;
}

function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const problem = `cannot be written (${messageOf(error)})`;
    throw new FileWriteError({ file: path, problem, remedy: 'free some space or check the disk' }, error);
  }
}
