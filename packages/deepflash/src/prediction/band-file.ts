/**
 * A band of a large image as a task predicted it, until the bands are put together: one file with the values of its parts,
 * deflated, one behind the other, and an account of them, a JSON line each as soon as its values are on the disk. The
 * account begins with what was asked for, as `predicted.jsonl` does; a band that was stopped goes on behind its last part.
 */

import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { constants, deflateSync, inflateSync } from 'node:zlib';
import { writeFileAtomic } from '@deepflash/imaging/node';
import type { DiceShares, PredictedRows } from '@deepflash/segmentation';
import { z } from 'zod';
import { jsonOf } from '../json.js';

export interface BandFiles {
  readonly values: string;
  readonly account: string;
}

const numbers = z.array(z.number()).readonly();

const partSchema = z.object({
  /** Size and time of change of the image file when the part was predicted. */
  bytes: z.number(),
  changed: z.number(),
  first: z.int(),
  count: z.int(),
  /** Where the values begin, and how many bytes those of each kind take; 0 of what was not kept. */
  at: z.int(),
  lengths: z.object({
    ...{ mask: z.int(), uncertainty: z.int(), separation: z.int(), probabilities: z.int() },
  }),
  shares: z.object({ shared: numbers, predicted: numbers, expected: numbers }),
  seconds: z.number(),
});

const failureSchema = z.object({ problem: z.string() });

export type BandPart = Readonly<z.infer<typeof partSchema>>;

/** A band as a task has left it. */
export interface WrittenBand {
  /** What was asked for; undefined where there is no account. */
  readonly asked: string | undefined;
  /** From the top. */
  readonly parts: readonly BandPart[];
  /** Whether all parts are there. */
  readonly finished: boolean;
  /** Why it could not be predicted. */
  readonly problem: string | undefined;
}

/** Reads the account of a band; what was cut off is passed over. */
export function readBand({ account }: BandFiles): WrittenBand {
  const [head, ...lines] = existsSync(account) ? readFileSync(account, 'utf8').split('\n') : [];
  const values = lines.map(jsonOf);
  return {
    asked: z.string().safeParse(jsonOf(head ?? '')).data,
    parts: values.flatMap((value) => partSchema.safeParse(value).data ?? []),
    finished: values.some((value) => z.object({ finished: z.literal(true) }).safeParse(value).success),
    problem: values.flatMap((value) => failureSchema.safeParse(value).data?.problem ?? []).at(-1),
  };
}

/** What of the rows is kept beside mask and uncertainty. */
export interface KeptKinds {
  readonly separation: boolean;
  readonly probabilities: boolean;
}

export interface BandWriter {
  /** The parts that were there already, from the top. */
  readonly kept: readonly BandPart[];
  add(rows: PredictedRows, shares: DiceShares, kinds: KeptKinds, seconds: number): void;
  /** Notes that all parts are there. */
  finish(): void;
  /** Notes why the band cannot be predicted; it is tried again when the work is gone on with. */
  fail(problem: string): void;
  close(): void;
}

/** Opens a band to be written, or to be gone on with where the same was asked for of the same image file. */
export async function openBand(files: BandFiles, asked: string, image: string): Promise<BandWriter> {
  const stamp = (): { readonly bytes: number; readonly changed: number } => {
    const { size, mtimeMs } = statSync(image);
    return { bytes: size, changed: mtimeMs };
  };
  const earlier = readBand(files);
  const isThere = existsSync(files.values);
  const now = isThere && earlier.parts.length > 0 ? stamp() : undefined;
  const isSame = earlier.parts.every(({ bytes, changed }) => bytes === now?.bytes && changed === now.changed);
  const kept = isThere && earlier.asked === asked && isSame ? earlier.parts : [];
  const lines = [asked, ...kept].map((line) => `${JSON.stringify(line)}\n`);
  await writeFileAtomic(files.account, new TextEncoder().encode(lines.join('')));
  const handle = openSync(files.values, isThere ? 'r+' : 'w');
  const last = kept.at(-1);
  let end = last === undefined ? 0 : endOf(last);
  ftruncateSync(handle, end);
  const append = (line: unknown): void => appendFileSync(files.account, `${JSON.stringify(line)}\n`);
  return {
    kept,
    add({ first, count, mask, uncertainty, separation, probabilities }, shares, kinds, seconds) {
      const at = end;
      const write = (values: Uint8Array | Float32Array): number => {
        if (values.length === 0) return 0;
        const bytes = deflateSync(bytesOf(values), { level: constants.Z_BEST_SPEED });
        for (let done = 0; done < bytes.length; ) {
          done += writeSync(handle, bytes, done, bytes.length - done, end + done);
        }
        end += bytes.length;
        return bytes.length;
      };
      const none = new Float32Array(0);
      const lengths = {
        mask: write(mask),
        uncertainty: write(uncertainty),
        separation: write(kinds.separation ? separation : none),
        probabilities: write(kinds.probabilities ? probabilities : none),
      };
      fsyncSync(handle);
      append({ ...stamp(), first, count, at, lengths, shares, seconds } satisfies BandPart);
    },
    finish: () => append({ finished: true }),
    fail: (problem) => append({ problem }),
    close: () => closeSync(handle),
  };
}

/** Reads the rows of the parts of a band, one part at a time. Throws where the file of values is not whole. */
export async function* rowsOfBand(
  { values }: BandFiles,
  parts: readonly BandPart[],
): AsyncGenerator<{ readonly rows: PredictedRows; readonly shares: DiceShares }> {
  const handle = openSync(values, 'r');
  try {
    for (const { first, count, at, lengths, shares } of parts) {
      let place = at;
      const next = (length: number): Uint8Array => {
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length; ) {
          const read = readSync(handle, bytes, done, length - done, place + done);
          if (read === 0) throw new Error(`${values} ends too early: submit again.`);
          done += read;
        }
        place += length;
        return length === 0 ? bytes : new Uint8Array(inflateSync(bytes));
      };
      const floats = (length: number): Float32Array => new Float32Array(next(length).buffer);
      const mask = next(lengths.mask);
      const uncertainty = floats(lengths.uncertainty);
      const separation = floats(lengths.separation);
      const probabilities = floats(lengths.probabilities);
      yield {
        rows: { first, count, mask, uncertainty, separation, probabilities, ballots: [] },
        shares,
      };
    }
  } finally {
    closeSync(handle);
  }
}

function endOf({ at, lengths }: BandPart): number {
  return Object.values(lengths).reduce((sum, length) => sum + length, at);
}

function bytesOf(values: Uint8Array | Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
