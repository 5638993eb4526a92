/**
 * `predicted.jsonl`: what was found in each image, a line as soon as its files are in place. A prediction that was stopped
 * goes on from it, and the tables are made of it at the end. The first line says what was asked for; results of other
 * networks or other settings are not gone on with.
 */
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { z } from 'zod';
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

export interface PredictionLog {
  /** What is known of an image file as it now is. */
  known(file: string): LogEntry | undefined;
  append(file: string, entry: LogEntry): void;
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
  const known = new Map<string, z.infer<typeof entrySchema>>();
  const [head, ...lines] = resume && existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  if (jsonOf(head ?? '') === asked) {
    for (const line of lines) {
      // The last line may have been cut off.
      const entry = entrySchema.safeParse(jsonOf(line));
      if (entry.success) known.set(entry.data.result.file, entry.data);
    }
  }
  const kept = [asked, ...known.values()].map((line) => `${JSON.stringify(line)}\n`);
  await writeFileAtomic(path, new TextEncoder().encode(kept.join('')));
  return {
    known(file) {
      const entry = known.get(file);
      if (entry === undefined) return undefined;
      const { size, mtimeMs } = statSync(pathOf(file));
      return entry.bytes === size && entry.changed === mtimeMs ? entry : undefined;
    },
    append(file, entry) {
      const { size, mtimeMs } = statSync(pathOf(file));
      appendFileSync(path, `${JSON.stringify({ bytes: size, changed: mtimeMs, ...entry })}\n`);
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
