/** What is asked of Slurm for each task, in Slurm's own words where it has some. */

import { UsageError } from '../errors.js';
import { wholeNumber } from '../whole-number.js';

export interface Resources {
  readonly partition?: string;
  readonly account?: string;
  /** As Slurm has it: a number, or a type and a number such as `a100:1`. */
  readonly gpus?: string;
  readonly cpus: number;
  /** Megabytes. */
  readonly memory: number;
  /** Minutes; undefined: the limit of the partition. */
  readonly minutes?: number;
  /** So many tasks run at the same time at most. */
  readonly arrayLimit?: number;
}

/** Resources as a command line gives them; what is missing follows from the work. */
export interface GivenResources {
  readonly partition?: string;
  readonly account?: string;
  readonly gpus?: string;
  readonly cpus?: string;
  readonly memory?: string;
  readonly time?: string;
  readonly arrayLimit?: string;
}

/** Checks what a command line gives. Throws a UsageError. */
export function parseResources(given: GivenResources): Partial<Resources> {
  const { cpus, memory, time, arrayLimit } = given;
  return {
    ...word('partition', given.partition),
    ...word('account', given.account),
    ...word('gpus', given.gpus),
    ...(cpus === undefined ? {} : { cpus: wholeNumber('--cpus', cpus, 1) }),
    ...(memory === undefined ? {} : { memory: megabytes(memory) }),
    ...(time === undefined ? {} : { minutes: minutesOf(time) }),
    ...(arrayLimit === undefined ? {} : { arrayLimit: wholeNumber('--array-limit', arrayLimit, 1) }),
  };
}

/** A word that stands in a line of the batch script must not begin another one. */
function word(name: 'partition' | 'account' | 'gpus', value: string | undefined) {
  if (value === undefined) return {};
  if (/^[\w.,:@+-]+$/.test(value)) return { [name]: value };
  throw new UsageError(`--${name} must be a name as Slurm has it, not ${JSON.stringify(value)}.`);
}

/** `16G`, `1500M` or `1500`, as sbatch takes it. */
function megabytes(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s*([KMGT]?)B?$/i.exec(text.trim());
  const unit = { K: 1 / 1024, M: 1, G: 1024, T: 1024 ** 2 }[parts?.[2]?.toUpperCase() || 'M'];
  const size = Math.ceil(Number(parts?.[1]) * (unit ?? Number.NaN));
  if (size >= 1) return size;
  throw new UsageError(`--memory must be a size such as 16G or 1500M, not ${text}.`);
}

/** `90`, `90:00`, `1:30:00`, `2-0`, `2-12:00` or `2-12:00:00`, as sbatch takes it. */
function minutesOf(text: string): number {
  const parts = /^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?$/.exec(text.trim());
  if (parts !== null) {
    const [days, a, b, c] = parts.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
    const inDay =
      days === undefined && c === undefined
        ? (a ?? 0) + (b ?? 0) / 60
        : 60 * (a ?? 0) + (b ?? 0) + (c ?? 0) / 60;
    const minutes = Math.ceil(24 * 60 * (days ?? 0) + inDay);
    if (minutes >= 1) return minutes;
  }
  throw new UsageError(`--time must be minutes, or as hours:minutes:seconds or days-hours, not ${text}.`);
}
