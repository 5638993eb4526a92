/**
 * `predicted.jsonl`: what was found in each image, a line as soon as its files are in place. A prediction that was stopped
 * goes on from it, and the tables are made of it at the end. The first line says what was asked for; results of other
 * networks or other settings are not gone on with.
 */

import { appendFileSync, existsSync, statSync } from 'node:fs';
import { z } from 'zod';
import { fileLines } from '../file-lines.js';
import { jsonOf } from '../json.js';
import { writeParts } from '../write-parts.js';
import type { ObjectRecord } from './object-records.js';

const resultSchema = z.object({
  file: z.string(),
  name: z.string(),
  width: z.number(),
  height: z.number(),
  foreground: z.number(),
  objects: z.number(),
  uncertainty: z.number(),
  uncertaintyScore: z.number().nullable(),
  expectedDice: z.number(),
  expectedDiceLow: z.number(),
  expectedDiceHigh: z.number(),
  unlike: z.boolean(),
  reasons: z.array(z.string()),
  seconds: z.number(),
});

/** What was found in one image. */
export interface PredictionResult extends Readonly<Omit<z.infer<typeof resultSchema>, 'reasons'>> {
  /** Why the image is unlike those of the training, in words. */
  readonly reasons: readonly string[];
}

const entrySchema = z.object({
  /** Size and time of change of the image file, by which another one of the same name is known. */
  bytes: z.number(),
  changed: z.number(),
  result: resultSchema,
  notices: z.array(
    z.object({ kind: z.enum(['pictures', 'channels', 'z', 'time']), found: z.string(), taken: z.string() }),
  ),
  objects: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
});

export interface LogEntry {
  readonly result: PredictionResult;
  readonly notices: readonly {
    readonly kind: 'pictures' | 'channels' | 'z' | 'time';
    readonly found: string;
    readonly taken: string;
  }[];
  readonly objects: readonly ObjectRecord[];
}

const failureSchema = z.object({ file: z.string(), problem: z.string() });

/** A log as another process has left it. */
export interface WrittenLog {
  /** What was asked for; undefined where there is no log. */
  readonly asked: string | undefined;
  readonly entries: ReadonlyMap<string, z.infer<typeof entrySchema>>;
  readonly failures: ReadonlyMap<string, string>;
}

/** Reads a log; what was cut off is passed over. */
export function readPredictionLog(path: string): WrittenLog {
  let asked: string | undefined;
  const entries = new Map<string, z.infer<typeof entrySchema>>();
  const failures = new Map<string, string>();
  for (const line of existsSync(path) ? fileLines(path) : []) {
    const value = jsonOf(line);
    if (typeof value === 'string') {
      asked ??= value;
      continue;
    }
    const entry = entrySchema.safeParse(value).data;
    const failure = entry === undefined ? failureSchema.safeParse(value).data : undefined;
    if (entry !== undefined) entries.set(entry.result.file, entry);
    if (failure !== undefined) failures.set(failure.file, failure.problem);
  }
  return { asked, entries, failures };
}

/** Writes a log as a whole. */
export async function writePredictionLog(
  path: string,
  asked: string,
  entries: Iterable<LogEntry>,
): Promise<void> {
  const encoder = new TextEncoder();
  await writeParts(
    path,
    (function* () {
      for (const line of [asked, ...entries]) yield encoder.encode(`${JSON.stringify(line)}\n`);
    })(),
  );
}

export interface PredictionLog {
  /** Whether the work was to be gone on with, and what is there was asked for otherwise, so that all is done anew. */
  readonly isAnew: boolean;
  /** What is known of an image file as it now is. */
  known(file: string): LogEntry | undefined;
  append(file: string, entry: LogEntry): void;
  /** Notes why an image could not be predicted; it is tried again when the work is gone on with. */
  fail(file: string, problem: string): void;
}

/**
 * Opens the log of a folder of results.
 *
 * @param asked what was asked for, as a text that differs where results would
 * @param pathOf where an image lies
 */
export async function openPredictionLog(
  path: string,
  options: { readonly resume: boolean; readonly asked: string; readonly pathOf: (file: string) => string },
): Promise<PredictionLog> {
  const { resume, asked, pathOf } = options;
  const earlier = resume ? readPredictionLog(path) : undefined;
  const isSame = earlier?.asked === asked;
  const known = new Map(
    [...(isSame ? earlier.entries : [])].filter(([file, entry]) => isOf(entry, pathOf(file))),
  );
  await writePredictionLog(path, asked, known.values());
  return {
    isAnew: earlier !== undefined && !isSame && earlier.entries.size > 0,
    known: (file) => known.get(file),
    append(file, entry) {
      const { size, mtimeMs } = statSync(pathOf(file));
      appendFileSync(path, `${JSON.stringify({ bytes: size, changed: mtimeMs, ...entry })}\n`);
    },
    fail(file, problem) {
      appendFileSync(path, `${JSON.stringify({ file, problem })}\n`);
    },
  };
}

/** Whether what was found is of an image file as it now is; not of one that is gone. */
export function isOf({ bytes, changed }: Stamp, path: string): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  return now?.size === bytes && now.mtimeMs === changed;
}

/** Size and time of change of an image file when it was predicted. */
interface Stamp {
  readonly bytes: number;
  readonly changed: number;
}
