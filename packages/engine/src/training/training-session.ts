import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import { StateError } from '../errors.js';
import type { Graph } from '../graph/graph.js';
import { zeros } from '../graph/initialiser.js';
import { pack, packedVariables, unpacked } from '../lowering/packed-weights.js';
import { networkWeights } from '../optimizers/weight-average.js';
import { createRandom, type Random } from '../random.js';
import { type Runtime, toOrt } from '../runtime.js';
import { float32, sizeOf, type Tensor } from '../tensor.js';
import { deviceOptions, fillsArrays, type State, stateInMemory, stateOnDevice } from './device-state.js';
import { differencesOf } from './state-differences.js';
import { type TrainingOptions, trainingModel } from './training-model.js';

export interface Hyperparameters {
  readonly learningRate: number;
  /** Momentum of SGD, beta1 of Adam. */
  readonly momentum: number;
  /** By which the learning rate of the slow parameters is multiplied. Default: 1. */
  readonly slowFactor?: number;
}

export interface StepResult {
  readonly loss: number;
  /** Euclidean norm of all gradients together, before clipping. */
  readonly gradientNorm: number;
}

/** A network in training: each `step` is one run of one ONNX model that holds the whole step. */
export interface TrainingSession {
  /**
   * Runs forward, backward and the optimiser's update on a batch, by the names of the graph's inputs. Random inputs are
   * drawn from the seed and the number of steps done, which is part of the state: a resumed training draws the same.
   */
  step(batch: Readonly<Record<string, Tensor>>, hyperparameters: Hyperparameters): Promise<StepResult>;
  /**
   * All variables by name: weights, running statistics and the optimiser's state. Views of what the next step changes,
   * or copies where the device keeps them in a layout of its own. Where it keeps them to itself, `refresh` has to be
   * called after the last step.
   */
  state(): ReadonlyMap<string, Tensor>;
  /** Of the state what the network is made of, see `networkWeights`: without what only the optimiser needs. */
  weights(): ReadonlyMap<string, Tensor>;
  /** Brings the numbers of `state` up to date. Takes no time where they are in memory anyway. */
  refresh(): Promise<void>;
  /** Takes over weights by name. Throws `StateError` naming what is missing or has another shape. */
  load(state: ReadonlyMap<string, Tensor>, scope: 'all' | 'present'): void;
  dispose(): Promise<void>;
}

/**
 * Completes the graph of a loss to a training step and opens it.
 *
 * The step writes each variable's new numbers over the old ones: the session gets the same buffer as input and as
 * output. That is sound because every update depends on the norm of all gradients, so it runs after the last reader of
 * any old weight, and the node that writes is elementwise. It saves a second copy of the whole state.
 */
export async function createTrainingSession(
  runtime: Runtime,
  graph: Graph,
  options: TrainingOptions,
): Promise<TrainingSession> {
  const model = trainingModel(runtime, graph, options);
  // ONNX Runtime's graph optimisations find nothing in a training graph, but take longer than all else of the start.
  // Its memory pattern, one block planned for the whole step, is a third larger than what is really needed at once.
  const sessionOptions = {
    ...runtime.sessionOptions,
    graphOptimizationLevel: 'disabled',
    enableMemPattern: false,
    ...deviceOptions(runtime, graph),
  } as const;
  const session = await runtime.InferenceSession.create(model, sessionOptions);
  return openSession(runtime, graph, session, options.seed);
}

/** The steps done, kept with the optimiser's state where random inputs ask for it. */
const stepsName = 'optimizer.steps';

/** Multiples of 2^-24 in [0, 1), which float32 holds exactly: rounding never gives 1. */
function uniform(size: number, random: Random): Float32Array {
  const values = new Float32Array(size);
  for (let index = 0; index < size; index++) values[index] = random.integer(2 ** 24) / 2 ** 24;
  return values;
}

function openSession(
  runtime: Runtime,
  graph: Graph,
  session: InferenceSession,
  seed: number | string,
): TrainingSession {
  const state = new Map<string, Tensor<'float32'>>();
  const packed = new Set([...packedVariables(graph, runtime.blockSize)].map(({ name }) => name));
  const b = runtime.blockSize ?? 1;
  /** Takes over plain numbers. */
  const fill = (name: string, { data, shape }: Tensor<'float32'>, plain: Float32Array): void => {
    if (packed.has(name)) pack(plain, data, shape, b);
    else data.set(plain);
  };
  // Initial numbers are drawn when they are needed: most trainings begin with weights that are loaded.
  const toDraw = new Map<string, () => void>();
  const drawAll = (): void => {
    for (const draw of toDraw.values()) draw();
    toDraw.clear();
  };
  for (const { name, value, initialiser } of graph.variables) {
    const tensor = float32(value.shape);
    if (initialiser !== zeros) {
      toDraw.set(name, () => fill(name, tensor, initialiser(value.shape, createRandom(seed, name))));
    }
    state.set(name, tensor);
  }
  const keep = fillsArrays(runtime) ? stateInMemory : stateOnDevice;
  const kept = keep(runtime, graph, session, state);
  const feeds: Record<string, OrtTensor> = {};
  const randomInputs = graph.inputs.filter(
    ({ name, source }) => source === 'random' && session.inputNames.includes(name),
  );
  const stepsDone = float32([]);
  if (randomInputs.length > 0) state.set(stepsName, stepsDone);
  const drawRandomInputs = (): void => {
    const step = stepsDone.data[0] ?? 0;
    for (const { name, value } of randomInputs) {
      const random = createRandom(seed, 'step', step, name);
      feeds[name] = toOrt(runtime, float32(value.shape, uniform(sizeOf(value.shape), random)));
    }
    stepsDone.data[0] = step + 1;
  };

  const current = (): typeof state => {
    if (!kept.fresh) throw new Error('The state is on the device: call refresh() before state().');
    drawAll();
    return state;
  };
  /** In the plain order; an average lies as the weight lies that it is of. */
  const plain = (tensors: State): Map<string, Tensor> =>
    new Map(
      [...tensors].map(([name, tensor]) => [
        name,
        packed.has(name) ? float32(tensor.shape, unpacked(tensor.data, tensor.shape, b)) : tensor,
      ]),
    );

  return {
    async step(batch, { learningRate, momentum, slowFactor = 1 }) {
      for (const [name, tensor] of Object.entries(batch)) feeds[name] = toOrt(runtime, tensor);
      feeds.learningRate = toOrt(runtime, float32([], [learningRate]));
      feeds.momentum = toOrt(runtime, float32([], [momentum]));
      if (session.inputNames.includes('slowFactor'))
        feeds.slowFactor = toOrt(runtime, float32([], [slowFactor]));
      drawAll();
      drawRandomInputs();
      const returned = await session.run(
        { ...feeds, ...kept.feeds },
        { loss: null, gradientNorm: null, ...kept.fetches },
      );
      kept.take(returned);
      return { loss: scalar(returned.loss), gradientNorm: scalar(returned.gradientNorm) };
    },
    state: () => plain(current()),
    weights: () => plain(networkWeights(current())),
    refresh: () => kept.refresh(),
    load(given, scope) {
      const differences =
        scope === 'all' ? differencesOf(state, given) : differencesOf(present(state, given), given);
      if (differences.length > 0) throw new StateError(differences);
      for (const [name, tensor] of state) {
        const source = given.get(name);
        if (source?.dtype !== 'float32') continue;
        fill(name, tensor, source.data as Float32Array);
        toDraw.delete(name);
      }
      kept.changed([...state.keys()].filter((name) => given.has(name)));
    },
    async dispose() {
      await kept.dispose();
      await session.release();
    },
  };
}

function scalar(tensor: OrtTensor | undefined): number {
  return Number(tensor?.data[0] ?? Number.NaN);
}

function present<T>(
  state: ReadonlyMap<string, T>,
  given: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, T> {
  return new Map([...state].filter(([name]) => given.has(name)));
}
