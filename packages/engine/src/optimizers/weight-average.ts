/**
 * The exponential moving average of the weights in training (Polyak and Juditsky 1992): a = d a + (1 - d) w after each
 * step. It lies nearer to the middle of the valley in which the weights move about.
 *
 * The decay d of step t is at most (t - 1) / (t + 9): the first average is the first weights themselves, so it needs no
 * starting value, and at every time it spans about the last tenth of the training or 1 / (1 - d) steps, whichever is
 * less. Running statistics of normalisations are averaged along: those of the last batches would belong to other weights.
 */
import type { Graph } from '../graph/graph.js';
import { zeros } from '../graph/initialiser.js';
import { add, div, minimum, mul, sub } from '../ops/arithmetic.js';
import type { Tensor } from '../tensor.js';

/** Begins the names of all state that is no part of the network. */
const state = 'optimizer.';
const average = `${state}average.`;

/** Adds the averages of all that changes in a step to a graph, to be called when its updates are complete. */
export function averageWeights(graph: Graph, decay: number): void {
  const steps = graph.buffer(`${state}averaged`, [], zeros);
  const step = add(steps.value, 1);
  const changing = [...graph.updates].filter(([{ name }]) => !name.startsWith(state));
  const share = sub(1, minimum(div(sub(step, 1), add(step, 9)), decay));
  graph.update(steps, step);
  for (const [{ name, value }, next] of changing) {
    const mean = graph.buffer(average + name, value.shape, zeros);
    graph.update(mean, add(mean.value, mul(sub(next, mean.value), share)));
  }
}

/** What a network is made of, from the state of its training: the averages where they are kept, once they have begun. */
export function networkWeights<T extends Tensor>(training: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const begun = Number(training.get(`${state}averaged`)?.data[0] ?? 0) > 0;
  return new Map(
    [...training]
      .filter(([name]) => !name.startsWith(state))
      .map(([name, tensor]) => [name, (begun && training.get(average + name)) || tensor]),
  );
}
