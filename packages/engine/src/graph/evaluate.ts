import { lower } from '../lowering/lower.js';
import { fromOrt, type Runtime, toOrt } from '../runtime.js';
import type { Tensor } from '../tensor.js';
import type { Graph, Value } from './graph.js';

/** A graph opened for running: from numbers for its inputs and variables to its outputs. */
export interface Evaluator {
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

export interface EvaluatorOptions {
  /** `none`: the runtime takes the graph as it is. For a large one that runs once that is sooner done. Default: `all`. */
  readonly optimisations?: 'all' | 'none';
}

/** Opens a graph as it stands, with its variables as further inputs. For tests, checks and exploration. */
export async function createEvaluator(
  runtime: Runtime,
  graph: Graph,
  outputs: Readonly<Record<string, Value>>,
  { optimisations = 'all' }: EvaluatorOptions = {},
): Promise<Evaluator> {
  const model = lower(graph, {
    outputs,
    variables: 'inputs',
    table: runtime.lowerings,
    blockSize: runtime.blockSize,
  });
  const session = await runtime.InferenceSession.create(model, {
    ...runtime.sessionOptions,
    ...(optimisations === 'none' ? { graphOptimizationLevel: 'disabled' } : {}),
  });
  return {
    async run(feeds) {
      const given = session.inputNames.flatMap((name) => {
        const tensor = feeds[name];
        return tensor ? [[name, toOrt(runtime, tensor)] as const] : [];
      });
      const results = await session.run(Object.fromEntries(given));
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor)]));
    },
    dispose: () => session.release(),
  };
}
