/** Whole networks that were trained with segmentation_models.pytorch. */
import { float32, Graph, type Tensor } from '@deepflash/engine';
import { buildNetwork, type NetworkShape } from '../networks/network.js';
import { fitNetwork } from './fit.js';

export interface ForeignWeights {
  /** By the network's names. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly classes: number;
  readonly channels: number;
}

/** Weights that are of no network. */
export class ForeignWeightsError extends Error {
  override readonly name = 'ForeignWeightsError';
}

const HEAD = 'segmentation_head.0';

/**
 * The weights of a whole network by its names, with the number of classes and channels that follow from them. A network
 * with a single class, whose answer is a sigmoid, becomes one of two: the softmax of (0, x) is (1 - sigmoid(x), sigmoid(x)).
 *
 * @throws ForeignWeightsError where there is no head; StateError that lists every name that is missing or has another shape.
 */
export function foreignNetwork(shape: NetworkShape, given: ReadonlyMap<string, Tensor>): ForeignWeights {
  const tensors = withoutPrefix(given);
  const weight = tensors.get(`${HEAD}.weight`);
  const bias = tensors.get(`${HEAD}.bias`);
  const channels = tensors.get(firstConvolution(shape))?.shape[1];
  if (weight === undefined || bias === undefined || channels === undefined) {
    throw new ForeignWeightsError(`there is no ${HEAD}.weight in it, or no ${firstConvolution(shape)}`);
  }
  const found = weight.shape[0] ?? 0;
  const classes = Math.max(2, found);
  const whole = new Map(tensors);
  if (found === 1) {
    whole.set(`${HEAD}.weight`, belowZeros(weight));
    whole.set(`${HEAD}.bias`, belowZeros(bias));
  }
  const { weights } = fitNetwork({ network: { ...shape, classes }, channels }, whole);
  return { weights, classes, channels };
}

/** The name of the weights that see the image. */
function firstConvolution(shape: NetworkShape): string {
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 3, 256, 256]), { ...shape, classes: 2, mode: 'evaluate' });
  return graph.variables.find(({ value }) => value.shape.length === 4)?.name ?? '';
}

/** Lightning and torch.compile put a name of their own before all others. */
function withoutPrefix(given: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const head = [...given.keys()].find((name) => name.endsWith(`${HEAD}.weight`));
  const prefix = head?.slice(0, -`${HEAD}.weight`.length) ?? '';
  return new Map(
    [...given].flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}

function belowZeros({ shape, data }: Tensor): Tensor {
  const values = Array.from(data, Number);
  return float32([2, ...shape.slice(1)], [...values.map(() => 0), ...values]);
}
