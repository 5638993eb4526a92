/** Fits weights from a file to a network: names, the number of channels, the number of classes. */
import { differencesOf, Graph, type Shape, StateError, type Tensor } from '@deepflash/engine';
import { buildHeads, type NetworkOptions } from '../networks/network.js';
import { encoderNames } from './encoder-names.js';
import { adaptFirstConvolution } from './first-convolution.js';

/** Weights by the network's names, and what was done to make them fit, a sentence each. */
export interface FittedWeights {
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly notices: readonly string[];
}

export interface FitTarget {
  readonly network: Omit<NetworkOptions, 'mode'>;
  /** Channels of the images. */
  readonly channels: number;
}

const ENCODER = 'encoder.';
/** What a network ends in, which starts anew where the file has none that fits, and what is said then. */
const HEADS = {
  'segmentation_head.': ({ network }: FitTarget) =>
    `The last layer starts from random weights: the given ones are not for ${network.classes} classes.`,
  'separation_head.': () =>
    'The second head, for objects that touch, starts from random weights: the given network has none.',
};

/**
 * The encoder's weights from a file of an encoder, a classifier or a whole network, by the names of
 * segmentation_models.pytorch, torchvision or timm.
 *
 * @throws StateError that lists every name that is missing or has another shape.
 */
export function fitEncoder(
  { network, channels }: FitTarget,
  given: ReadonlyMap<string, Tensor>,
): FittedWeights {
  const { shapes, unused } = parameterShapes(network, channels);
  const own = new Map<string, Tensor>();
  for (const [name, translated] of encoderNames(network.encoder, [...given.keys()])) {
    const tensor = given.get(name);
    if (tensor) own.set(ENCODER + translated, tensor);
  }
  return fitted(within(shapes, ENCODER), unused, own);
}

/**
 * The weights of a whole network from those of another one of the same architecture and encoder. A head is left out
 * where the other has none or one for another number of classes, and the first convolution adapted where the number of
 * channels is another.
 *
 * @throws StateError that lists every other difference.
 */
export function fitNetwork(target: FitTarget, given: ReadonlyMap<string, Tensor>): FittedWeights {
  const { shapes: all, unused } = parameterShapes(target.network, target.channels);
  const anew = Object.entries(HEADS).filter(
    ([prefix]) => differencesOf(asTypes(within(all, prefix)), given).length > 0,
  );
  const wanted = [...all].filter(([name]) => !anew.some(([prefix]) => name.startsWith(prefix)));
  const { weights, notices } = fitted(new Map(wanted), unused, given);
  return { weights, notices: [...notices, ...anew.map(([, said]) => said(target))] };
}

function fitted(
  shapes: ReadonlyMap<string, Shape>,
  unused: ReadonlySet<string>,
  given: ReadonlyMap<string, Tensor>,
): FittedWeights {
  const wanted = new Map([...shapes].filter(([name]) => given.has(name) || !unused.has(name)));
  const notices: string[] = [];
  const usable = new Map(given);
  const [first, shape] = [...wanted].find(([, { length }]) => length === 4) ?? [];
  const tensor = first === undefined ? undefined : given.get(first);
  if (first !== undefined && shape && tensor && differsInChannels(shape, tensor.shape)) {
    const channels = shape[1] ?? 0;
    usable.set(first, adaptFirstConvolution(tensor, channels));
    notices.push(
      `The first convolution was made for images of ${tensor.shape[1]} channels and is adapted to ${channels}.`,
    );
  }
  const differences = differencesOf(asTypes(wanted), usable);
  if (differences.length > 0) throw new StateError(differences);
  const weights = new Map([...usable].filter(([name]) => wanted.has(name)));
  return { weights, notices };
}

/**
 * Every parameter and buffer of a network in order, with its shape, and the names of those that its answers do not depend
 * on: an encoder has levels below the depth and layers of its classifier, and a model.onnx is written without them.
 */
function parameterShapes(
  network: FitTarget['network'],
  channels: number,
): { readonly shapes: ReadonlyMap<string, Shape>; readonly unused: ReadonlySet<string> } {
  const graph = new Graph();
  const images = graph.input('images', [1, channels, 256, 256]);
  const { logits, separation } = buildHeads(graph, images, { ...network, mode: 'evaluate' });
  const used = new Set(separation === null ? [logits] : [logits, separation]);
  for (const { inputs, outputs } of [...graph.nodes].reverse()) {
    if (outputs.some((output) => used.has(output))) for (const input of inputs) used.add(input);
  }
  const unused = graph.variables.filter(({ value }) => !used.has(value));
  return {
    shapes: new Map(graph.variables.map(({ name, value }) => [name, value.shape])),
    unused: new Set(unused.map(({ name }) => name)),
  };
}

function within(shapes: ReadonlyMap<string, Shape>, prefix: string): ReadonlyMap<string, Shape> {
  return new Map([...shapes].filter(([name]) => name.startsWith(prefix)));
}

function asTypes(shapes: ReadonlyMap<string, Shape>) {
  return new Map([...shapes].map(([name, shape]) => [name, { dtype: 'float32', shape } as const]));
}

function differsInChannels(wanted: Shape, given: Shape): boolean {
  return (
    given.length === wanted.length &&
    wanted.every((length, axis) => (axis === 1 ? length !== given[axis] : length === given[axis]))
  );
}
