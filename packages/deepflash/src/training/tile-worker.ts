/** The inside of a thread of `startTileThread`: makes batches until the training has no more steps or wants none. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Batch, batchSource } from '@deepflash/segmentation';
import { inSharedMemory } from '../data/shared-memory.js';
import { STOP, type TileThreadData } from './tile-thread.js';

/** How many batches there is room for, the one in the making included. */
const ROOM = 2;

makeBatches(workerData);

function makeBatches({ request, firstStep, stride, taken }: TileThreadData): void {
  const { plan, training, statistics, fold, kind } = request;
  const batchOf = batchSource(plan, training, statistics, { fold, kind });
  const room: Batch[] = [];
  for (let made = 0; firstStep + made * stride < plan.steps; made++) {
    if (waitUntil(taken, made - ROOM + 1) === 'stopped') return;
    const batch = batchOf(firstStep + made * stride);
    const place = room[made % ROOM] ?? inSharedMemory(batch);
    if (made < ROOM) room.push(place);
    else copyInto(place, batch);
    parentPort?.postMessage(place);
  }
}

/** Blocks this thread, which has nothing else to do. */
function waitUntil(taken: Int32Array, count: number): 'reached' | 'stopped' {
  for (;;) {
    const now = Atomics.load(taken, 0);
    if (now === STOP) return 'stopped';
    if (now >= count) return 'reached';
    Atomics.wait(taken, 0, now);
  }
}

function copyInto(place: Batch, batch: Batch): void {
  for (const [name, { data }] of Object.entries(batch)) {
    const target = place[name]?.data;
    if (target) bytesOf(target).set(bytesOf(data));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
