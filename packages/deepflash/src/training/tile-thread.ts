/**
 * One thread that makes batches. Images come to it, and batches from it, in shared memory; a message says that a batch is
 * ready. The other way there are no messages, for which it would have to interrupt its work, but one shared number: how many
 * of its batches are done with, so that their memory may be used again, or STOP.
 */
import { Worker } from 'node:worker_threads';
import type { Batch, TileRequest } from '@deepflash/segmentation';

export interface TileThread {
  /** The thread's next batch. Throws what the thread threw. */
  take(): Promise<Batch>;
  /** The batch that was taken last is done with. */
  release(): void;
  close(): Promise<void>;
}

/** Which batches a thread makes. */
export interface TileThreadTask {
  readonly request: TileRequest;
  readonly firstStep: number;
  /** From one of its steps to the next. */
  readonly stride: number;
}

/** What the inside of the thread is given. */
export interface TileThreadData extends TileThreadTask {
  /** The shared number. */
  readonly released: Int32Array;
}

export const STOP = -1;

export function startTileThread(task: TileThreadTask): TileThread {
  const released = new Int32Array(new SharedArrayBuffer(4));
  const workerData: TileThreadData = { ...task, released };
  // It runs built files, with whatever options this process was started.
  const worker = new Worker(new URL('./tile-worker.js', import.meta.url), { workerData, execArgv: [] });
  const ready: Batch[] = [];
  let failure: unknown = null;
  let wake = (): void => undefined;
  const fail = (error: unknown): void => {
    failure ??= error;
    wake();
  };
  worker.on('message', (batch: Batch) => {
    ready.push(batch);
    wake();
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('A thread that prepares tiles ended before the training.')));
  return {
    async take() {
      for (;;) {
        const batch = ready.shift();
        if (batch) return batch;
        if (failure !== null) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    release() {
      Atomics.add(released, 0, 1);
      Atomics.notify(released, 0);
    },
    async close() {
      Atomics.store(released, 0, STOP);
      Atomics.notify(released, 0);
      await worker.terminate();
    },
  };
}
