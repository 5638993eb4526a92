/**
 * One thread that makes batches. Images come to it, and batches from it, in shared memory; a message says that a batch is
 * ready. The other way there are no messages, for which it would have to interrupt its work, but one shared number: how many
 * of its batches were taken, so that their memory may be used again, or STOP.
 */
import { Worker } from 'node:worker_threads';
import type { Tensor } from '@deepflash/engine';
import type { Batch, TileRequest } from '@deepflash/segmentation';

export interface TileThread {
  /** The thread's next batch. Throws what the thread threw. */
  take(): Promise<Batch>;
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
  readonly taken: Int32Array;
}

export const STOP = -1;

export function startTileThread(task: TileThreadTask): TileThread {
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const workerData: TileThreadData = { ...task, taken };
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
        if (batch) {
          const own = copied(batch);
          Atomics.add(taken, 0, 1);
          Atomics.notify(taken, 0);
          return own;
        }
        if (failure !== null) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async close() {
      Atomics.store(taken, 0, STOP);
      Atomics.notify(taken, 0);
      await worker.terminate();
    },
  };
}

/** ONNX Runtime takes no tensors in shared memory. */
function copied(batch: Batch): Batch {
  return Object.fromEntries(
    Object.entries(batch).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() } as Tensor]),
  );
}
