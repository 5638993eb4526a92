/** What can go wrong, as a person is told it, and the exit code that says so to a script. */
import { ModelSizeError, SafetensorsError, StateError } from '@deepflash/engine';
import {
  FileWriteError,
  FolderError,
  ImageFileError,
  MaskValueError,
  SelectionError,
} from '@deepflash/imaging';
import {
  ModelFileError,
  ModelOutputError,
  NetworkError,
  SettingsError,
  TrainingDivergedError,
} from '@deepflash/segmentation';

/** The command was used wrongly: an argument names nothing, or arguments contradict each other. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly kind = 'usage';
}

/** The command was right, but its work could not be done. Exit code 1. */
export class WorkError extends Error {
  override readonly name = 'WorkError';
  readonly kind = 'work';
}

/** The user stopped the work. Exit code 130, as shells have it for Ctrl-C. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  readonly kind = 'stopped';
}

/** All that is wrong with a set of images and masks, so that it can be put right in one go. Exit code 1. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly kind = 'data';
  /** A sentence for each fault, which names the file and the remedy. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? `${problems[0]}`
        : `The images and masks have ${problems.length} faults:\n${list(problems)}`,
    );
    this.problems = problems;
  }
}

/** Sentences in lines of their own, not more than anybody reads. */
export function list(sentences: readonly string[]): string {
  const shown = sentences.slice(0, MOST_LISTED).map((sentence) => `  - ${sentence}`);
  const more = sentences.length - shown.length;
  return [...shown, ...(more > 0 ? [`  - and ${more} more`] : [])].join('\n');
}

const MOST_LISTED = 20;

/** What the terminal says of an error, and with which code the process ends. */
export interface Failure {
  readonly message: string;
  readonly exitCode: number;
}

/** A failure that the process of a job reported, in the words that it found. */
export class JobError extends Error {
  override readonly name = 'JobError';
  readonly kind = 'job';
  readonly failure: Failure;

  constructor(failure: Failure, stack: string) {
    super(failure.message);
    this.failure = failure;
    this.stack = stack;
  }
}

const usage = [UsageError, SettingsError, NetworkError, FolderError, SelectionError, ModelFileError];
const work = [
  WorkError,
  DataError,
  ImageFileError,
  MaskValueError,
  FileWriteError,
  ModelOutputError,
  TrainingDivergedError,
  StateError,
  SafetensorsError,
  ModelSizeError,
];

/** Tells an error in words for people. What nobody foresaw is said to be a fault of the program. */
export function explain(error: unknown): Failure {
  if (error instanceof JobError) return error.failure;
  if (error instanceof StoppedError) return { message: error.message, exitCode: 130 };
  if (usage.some((kind) => error instanceof kind)) return { message: messageOf(error), exitCode: 2 };
  if (work.some((kind) => error instanceof kind)) return { message: messageOf(error), exitCode: 1 };
  const system = systemFailure(error);
  if (system !== undefined) return { message: system, exitCode: 1 };
  if (error instanceof Error && /bad.?alloc|failed to allocate|out of memory/i.test(error.message)) {
    return {
      message: 'There is not enough memory for this: set a smaller batchSize or tileSize, or a larger scale.',
      exitCode: 1,
    };
  }
  return {
    message:
      `This is a fault of deepflash, not yours: ${messageOf(error)}\n` +
      'Please report it to the project with the output of `deepflash doctor`, and of this same command with ' +
      'DEEPFLASH_DEBUG=1 set, which shows where it happened.',
    exitCode: 1,
  };
}

/** An error's message, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of an error of the operating system, such as ENOENT. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const systemProblems: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist: check the path',
  ENOTDIR: 'lies under something that is no folder: check the path',
  EISDIR: 'is a folder, not a file: name a file',
  EACCES: 'may not be opened: give yourself the permission, or choose another place',
  EPERM: 'may not be changed: give yourself the permission, or choose another place',
  EROFS: 'lies on a disk that can only be read: choose another place',
  ENOSPC: 'does not fit on the disk: free some space, or choose another place',
  EDQUOT: 'exceeds your quota on the disk: free some space, or choose another place',
  EBUSY: 'is in use by another program: close that program',
  EMFILE: 'cannot be opened, because too many files are open: close other programs',
};

function systemFailure(error: unknown): string | undefined {
  const problem = systemProblems[systemCode(error) ?? ''];
  if (problem === undefined || !(error instanceof Error)) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'A file';
  return `${path} ${problem}.`;
}
