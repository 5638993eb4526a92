/**
 * Where the numbers of a training lie between its steps: in this process's memory, or on the device.
 *
 * In memory, ONNX Runtime reads each variable from the array that it then writes the new value to. On WebGPU that would
 * send all weights and moments to the graphics card and back in each step; there the results of a step stay where they
 * are and are handed to the next as they lie, and are read only when somebody asks. So it is in WebAssembly, which has
 * a memory of its own.
 */
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import { Graph, type Variable } from '../graph/graph.js';
import { lower } from '../lowering/lower.js';
import { fromOrt, type Runtime, toOrt } from '../runtime.js';
import type { Tensor } from '../tensor.js';

export interface StateKeeper {
  /** The variables of the next step, by their names. */
  readonly feeds: Readonly<Record<string, OrtTensor>>;
  /** Where a step is to write results; without an entry it chooses. */
  readonly fetches: Readonly<Record<string, OrtTensor | null>>;
  /** Takes over what a step has returned. */
  take(results: InferenceSession.OnnxValueMapType): void;
  /** Tells that the numbers of these variables in memory have been changed. */
  changed(names: readonly string[]): void;
  /** Brings the numbers in memory up to date. */
  refresh(): Promise<void>;
  /** Whether they are. */
  readonly fresh: boolean;
  dispose(): Promise<void>;
}

/** Numbers of a graph's variables in memory, by name. */
export type State = ReadonlyMap<string, Tensor<'float32'>>;

/** The name of a variable's new value among a step's results. */
export function updated(variable: Variable): string {
  return `${variable.name}:next`;
}

/** Whether a runtime writes results to arrays that it is given. */
export function fillsArrays({ device }: Runtime): boolean {
  return device === 'cpu' || device === 'cuda';
}

/** State in memory: old and new value of a variable share their memory, see `createTrainingSession`. */
export function stateInMemory(
  runtime: Runtime,
  graph: Graph,
  session: InferenceSession,
  state: State,
): StateKeeper {
  const feeds: Record<string, OrtTensor> = {};
  const fetches: Record<string, OrtTensor> = {};
  for (const variable of graph.variables) {
    const tensor = state.get(variable.name);
    if (!tensor) continue;
    const shared = toOrt(runtime, tensor);
    if (session.inputNames.includes(variable.name)) feeds[variable.name] = shared;
    if (graph.updates.has(variable)) fetches[updated(variable)] = shared;
  }
  return {
    ...{ feeds, fetches, fresh: true },
    take: () => undefined,
    changed: () => undefined,
    refresh: async () => undefined,
    dispose: async () => undefined,
  };
}

/** What a training session on this device is opened with beside the runtime's options: on WebGPU the results stay there. */
export function deviceOptions({ device }: Runtime, graph: Graph): InferenceSession.SessionOptions {
  if (device !== 'webgpu') return {};
  const results = [...graph.updates.keys()].map((variable) => [updated(variable), 'gpu-buffer'] as const);
  return { preferredOutputLocation: Object.fromEntries(results) };
}

/** State in a memory of the device's own. */
export function stateOnDevice(
  runtime: Runtime,
  graph: Graph,
  session: InferenceSession,
  state: State,
): StateKeeper {
  const feeds: Record<string, OrtTensor> = {};
  const fetches: Record<string, null> = Object.fromEntries(session.outputNames.map((name) => [name, null]));
  const variables = graph.variables.filter(({ name }) => session.inputNames.includes(name));
  const moving = variables.filter((variable) => graph.updates.has(variable));
  let reader: Promise<InferenceSession> | null = null;
  let fresh = true;
  const changed = (names: readonly string[]): void => {
    for (const { name } of variables) {
      const tensor = state.get(name);
      if (!names.includes(name) || !tensor) continue;
      release(feeds[name]);
      feeds[name] = toOrt(runtime, tensor);
    }
  };
  changed(variables.map(({ name }) => name));
  return {
    ...{ feeds, fetches, changed },
    get fresh() {
      return fresh;
    },
    take(results) {
      for (const variable of moving) {
        const next = results[updated(variable)];
        if (!next) continue;
        release(feeds[variable.name]);
        feeds[variable.name] = next;
      }
      fresh = moving.length === 0;
    },
    async refresh() {
      if (fresh) return;
      const apart: Record<string, OrtTensor> = {};
      const results: Record<string, OrtTensor> = {};
      for (const { name } of moving) {
        const tensor = feeds[name];
        if (tensor) (tensor.location === 'cpu' ? results : apart)[name] = tensor;
      }
      if (Object.keys(apart).length > 0) {
        reader ??= openReader(runtime, moving);
        const copies = await (await reader).run(apart);
        for (const name of Object.keys(apart)) {
          const copy = copies[read(name)];
          if (copy) results[name] = copy;
        }
      }
      for (const [name, result] of Object.entries(results)) {
        const { data } = fromOrt(result);
        if (data instanceof Float32Array) state.get(name)?.data.set(data);
      }
      fresh = true;
    },
    async dispose() {
      for (const tensor of Object.values(feeds)) release(tensor);
      await (await reader)?.release();
    },
  };
}

/** Gives a buffer of the device back; garbage collection would not know how large it is. */
function release(tensor: OrtTensor | undefined): void {
  if (tensor?.location === 'gpu-buffer') tensor.dispose();
}

/**
 * A model that returns its inputs to memory. A tensor's own `getData` would do in a browser, but onnxruntime-node 1.30
 * ends the process at it.
 */
function openReader(runtime: Runtime, variables: readonly Variable[]): Promise<InferenceSession> {
  const graph = new Graph();
  const outputs = Object.fromEntries(
    variables.map(({ name, value }) => [read(name), graph.input(name, value.shape)]),
  );
  return runtime.InferenceSession.create(lower(graph, { outputs, variables: 'inputs' }), {
    ...runtime.sessionOptions,
    graphOptimizationLevel: 'disabled',
  });
}

function read(name: string): string {
  return `${name}:read`;
}
