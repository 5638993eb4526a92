/**
 * Group normalisation (Wu and He 2018): each sample by itself, over the pixels of groups of neighbouring channels.
 *
 * With the mean m of a group, r = 1 / sqrt(variance + epsilon), n = (x - m) r and g = gamma dy, where bars are means
 * over the group:
 *
 *     y  = gamma n + beta
 *     dx = r (g - bar(g) - n bar(g n))
 *     dgamma = sum(dy n) and dbeta = sum dy, over samples and pixels
 */
import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { defineOperator } from '../graph/operator.js';
import { add, mul, sub } from './arithmetic.js';
import { reduceMean, reduceSum } from './reduce.js';
import { reshape } from './reshape.js';

export interface GroupNormalisationOptions {
  readonly groups: number;
  readonly epsilon?: number;
}

/**
 * Normalises groups of channels, as PyTorch's `group_norm`.
 *
 * @param x [N, C, H, W], C a multiple of `groups`
 * @param gamma scale, [C]
 * @param beta shift, [C]
 */
export function groupNormalise(
  x: Value,
  gamma: Value,
  beta: Value,
  { groups, epsilon = 1e-5 }: GroupNormalisationOptions,
): Value {
  const [y] = groupNormalisation.apply([x, gamma, beta], { groups, epsilon });
  if (!y) throw new Error('GroupNormalisation has three results.');
  return y;
}

/** (x, gamma, beta) to y, and each group's mean and 1 / sqrt(variance + epsilon), [N, groups, 1]. */
const groupNormalisation = defineOperator<Required<GroupNormalisationOptions>>({
  name: 'GroupNormalisation',
  infer: ([x], { groups }) => {
    const [batch = 0, channels = 0, ...size] = x?.shape ?? [];
    if (size.length !== 2 || channels % groups !== 0) {
      throw new ShapeError('GroupNormalisation', [x?.shape ?? []], `no ${groups} groups of channels`);
    }
    const perGroup = { dtype: 'float32', shape: [batch, groups, 1] } as const;
    return [{ dtype: 'float32', shape: x?.shape ?? [] }, perGroup, perGroup];
  },
  gradient: ({
    inputs: [x, gamma],
    outputs: [, mean, r],
    gradients: [gradient],
    attributes: { groups },
    needs,
  }) => {
    if (!x || !gamma || !mean || !r || !gradient) return [];
    const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
    const grouped = [batch, groups, (channels / groups) * height * width];
    const normalised = mul(sub(reshape(x, grouped), mean), r);
    const perChannel = (value: Value): Value => reshape(reduceSum(value, [0, 2, 3]), gamma.shape);
    const scaled = reshape(mul(gradient, reshape(gamma, [1, channels, 1, 1])), grouped);
    const offset = add(reduceMean(scaled, [2]), mul(normalised, reduceMean(mul(scaled, normalised), [2])));
    return [
      needs(0) ? reshape(mul(sub(scaled, offset), r), x.shape) : null,
      needs(1) ? perChannel(mul(gradient, reshape(normalised, x.shape))) : null,
      needs(2) ? perChannel(gradient) : null,
    ];
  },
  lower: ({ emitter, inputs: [x, gamma, beta], outputs, attributes: { groups, epsilon } }) => {
    const name = emitter.plain(x);
    const axes = emitter.integers([2]);
    const column = (of: Value | undefined): string =>
      emitter.emit('Reshape', [emitter.plain(of), emitter.integers([1, -1, 1, 1])]);
    // Shapes that do not name the batch nor the pixels: an exported model leaves them open.
    const grouped = emitter.emit('Reshape', [name, emitter.integers([0, groups, -1])]);
    const mean = emitter.emit('ReduceMean', [grouped, axes]);
    const centred = emitter.emit('Sub', [grouped, mean]);
    const variance = emitter.emit('ReduceMean', [emitter.emit('Mul', [centred, centred]), axes]);
    const deviation = emitter.emit('Sqrt', [emitter.emit('Add', [variance, emitter.number(epsilon)])]);
    const r = emitter.emit('Reciprocal', [deviation]);
    const normalised = emitter.emit('Mul', [centred, r]);
    const image = emitter.emit('Reshape', [normalised, emitter.emit('Shape', [name])]);
    const scaled = emitter.emit('Mul', [image, column(gamma)]);
    emitter.set(outputs[0], emitter.emit('Add', [scaled, column(beta)]));
    emitter.set(outputs[1], mean);
    emitter.set(outputs[2], r);
  },
});
