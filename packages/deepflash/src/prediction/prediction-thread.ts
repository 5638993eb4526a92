/** One thread that holds the models of an ensemble and passes tiles through them. */
import { Worker } from 'node:worker_threads';
import { ModelOutputError, type TileWays } from '@deepflash/segmentation';
import { UsageError } from '../errors.js';
import type { ForeignNetwork } from './foreign-model.js';

/** What the inside of the thread is given. */
export interface PredictionThreadData {
  readonly files: readonly string[];
  readonly foreign: ForeignNetwork;
  /** Threads of its runtime. */
  readonly threads: number;
}

/** A batch of tiles, see `TilePredictor`. */
export interface TilesRequest {
  readonly ways: TileWays;
  readonly tiles: Float32Array<ArrayBuffer>;
}

/** What the thread is asked: an answer to tiles, to say when its models are open, or to end. */
export type ThreadRequest = TilesRequest | 'opened' | 'close';

/** What the thread says. Of an error the class does not survive the way. */
export type ThreadReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'answer'; readonly answer: Float32Array<ArrayBuffer> }
  | { readonly kind: 'output'; readonly model: number; readonly problem: string; readonly remedy: string }
  | { readonly kind: 'usage' | 'other'; readonly message: string; readonly stack?: string | undefined };

export interface PredictionThread {
  /** Waits until the models are open. Throws a UsageError for a file that cannot be opened. */
  opened(): Promise<void>;
  /** Answers to tiles, which are given away. One call after another. */
  predict(request: TilesRequest): Promise<Float32Array<ArrayBuffer>>;
  /** Ends it when it has done what it is at: ONNX Runtime takes the whole process along where a thread is cut off at work. */
  close(): Promise<void>;
}

export function startPredictionThread(workerData: PredictionThreadData): PredictionThread {
  // It runs built files, with whatever options this process was started.
  const worker = new Worker(new URL('./prediction-worker.js', import.meta.url), { workerData, execArgv: [] });
  let open: OpenRequest | undefined;
  let failure: unknown = null;
  // It may fail while it waits for tiles as well; without a listener that would end this process.
  const fail = (error: unknown): void => {
    failure ??= error;
    open?.reject(failure);
  };
  worker.on('message', (reply: ThreadReply) => {
    if (reply.kind === 'answer') open?.resolve(reply.answer);
    else if (reply.kind === 'opened') open?.resolve(NOTHING);
    else open?.reject(errorOf(reply));
  });
  worker.on('error', fail);
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('exit', () => fail(new Error('A thread that predicts ended before it had answered.')));
  const ask = async (request: ThreadRequest, given: ArrayBuffer[]): Promise<Float32Array<ArrayBuffer>> => {
    if (failure !== null) throw failure;
    return new Promise((resolve, reject) => {
      open = { resolve, reject };
      worker.postMessage(request, given);
    });
  };
  return {
    async opened() {
      await ask('opened', []);
    },
    predict: (request) => ask(request, [request.tiles.buffer]),
    close() {
      worker.postMessage('close' satisfies ThreadRequest);
      return ended;
    },
  };
}

const NOTHING = new Float32Array();

/** The one that waits for its answer. */
interface OpenRequest {
  resolve(answer: Float32Array<ArrayBuffer>): void;
  reject(error: unknown): void;
}

function errorOf(reply: Extract<ThreadReply, { message: string } | { problem: string }>): Error {
  if (reply.kind === 'output') return new ModelOutputError(reply.model, reply.problem, reply.remedy);
  if (reply.kind === 'usage') return new UsageError(reply.message);
  const error = new Error(reply.message);
  if (reply.stack !== undefined) error.stack = reply.stack;
  return error;
}
