/** ONNX Runtime in the browser. Its files lie beside the page: nothing is fetched from elsewhere. */
import { portableRuntime, type Runtime } from '@deepflash/engine';
import type { Compute } from './messages.ts';

export interface OpenedRuntime {
  readonly runtime: Runtime;
  /** Where it computes, for people: `WebAssembly, 4 threads`. */
  readonly words: string;
}

/** More threads than this gain nothing for networks of this size. */
const MOST_THREADS = 8;

/** Opens the runtime. Throws where WebGPU was asked for and is not there. */
export async function openRuntime(compute: Compute, ortFolder: string): Promise<OpenedRuntime> {
  // Threads share memory, which a page may do only where its server isolates it.
  const threads = crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1;
  const adapter = compute === 'wasm' ? null : await findAdapter(compute);
  if (compute === 'webgpu' && adapter === null) throw new NoWebgpuError();
  if (adapter !== null) {
    const ort = await import('onnxruntime-web/webgpu');
    ort.env.wasm.wasmPaths = ortFolder;
    ort.env.wasm.numThreads = threads;
    const runtime = portableRuntime(ort, 'webgpu', { executionProviders: ['webgpu'], logSeverityLevel: 3 });
    return { runtime, words: 'WebGPU' };
  }
  const ort = await import('onnxruntime-web/wasm');
  ort.env.wasm.wasmPaths = ortFolder;
  ort.env.wasm.numThreads = threads;
  const runtime = portableRuntime(ort, 'wasm', {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
    // Threads that wait by spinning take the cores from whatever else runs on the computer.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  return {
    runtime,
    words: `WebAssembly, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
  };
}

export class NoWebgpuError extends Error {
  override readonly name = 'NoWebgpuError';

  constructor() {
    super(
      'This browser gives the page no graphics card: choose WebAssembly, or a browser that knows WebGPU.',
    );
  }
}

/** The part of WebGPU that is asked here. */
interface Gpu {
  requestAdapter(): Promise<{ readonly info?: { readonly isFallbackAdapter?: boolean } } | null>;
}

/** A graphics card; one that the processor imitates only where WebGPU was asked for. */
async function findAdapter(compute: Compute): Promise<object | null> {
  const { gpu } = navigator as { readonly gpu?: Gpu };
  const adapter = (await gpu?.requestAdapter().catch(() => null)) ?? null;
  return adapter?.info?.isFallbackAdapter === true && compute === 'auto' ? null : adapter;
}
