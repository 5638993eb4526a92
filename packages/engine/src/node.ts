/** ONNX Runtime for Node: the only file of the engine that knows `onnxruntime-node`. */
import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import { findBlockSize } from './lowering/cpu/block-size.js';
import { cpuLowerings } from './lowering/cpu/cpu.js';
import { type Device, portableRuntime, type Runtime } from './runtime.js';

export interface NodeRuntimeOptions {
  /** `auto` is the CPU until another device has been measured to be faster. */
  readonly device?: Exclude<Device, 'wasm'> | 'auto';
  /** Threads of one step; default: all cores. */
  readonly threads?: number;
}

/** Opens ONNX Runtime in this process. Its `run` blocks the thread that calls it. */
export async function nodeRuntime({ device = 'auto', threads }: NodeRuntimeOptions = {}): Promise<Runtime> {
  const chosen = device === 'auto' ? 'cpu' : device;
  const portable = portableRuntime(ort, chosen, {
    executionProviders: [chosen],
    intraOpNumThreads: threads ?? availableParallelism(),
    logSeverityLevel: 3,
    // Threads that wait by spinning take the cores from other processes: with two trainings on two cores, a step took
    // eight times as long. Sleeping costs nothing measurable on steps of this size.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  if (chosen !== 'cpu') return portable;
  return { ...portable, lowerings: cpuLowerings(), blockSize: await blockSize(portable) };
}

/** Found once in a process: it takes a few milliseconds. */
function blockSize(runtime: Runtime): Promise<number | null> {
  found ??= findBlockSize(runtime);
  return found;
}

let found: Promise<number | null> | undefined;
