/**
 * Layer normalisation (Ba et al. 2016) over one axis.
 *
 * With m the mean and v the variance along the axis, r = 1 / sqrt(v + epsilon) and n = r (x - m):
 *
 *     y = gamma n + beta
 *     dx = r (dn - mean(dn) - n mean(dn n)),  dn = gamma dy
 */
import { ShapeError } from '../errors.js';
import type { Value } from '../graph/graph.js';
import { defineOperator } from '../graph/operator.js';
import { add, mul, sub } from './arithmetic.js';
import { reciprocalDeviation } from './batch-normalisation.js';
import { reduceMean } from './reduce.js';
import { reshape } from './reshape.js';

/**
 * Normalises each vector along `axis`, as PyTorch's `layer_norm` does along the last one.
 *
 * @param gamma scale, [length of the axis]
 * @param beta shift, [length of the axis]
 */
export function layerNormalise(
  x: Value,
  gamma: Value,
  beta: Value,
  { axis, epsilon = 1e-5 }: { readonly axis: number; readonly epsilon?: number },
): Value {
  const shape = x.shape.map((length, index) => (index === axis ? length : 1));
  const [normalised] = normaliseOperator.apply([x], { axis, epsilon });
  if (!normalised || gamma.shape[0] !== x.shape[axis])
    throw new ShapeError('LayerNormalisation', [x.shape, gamma.shape], `axis ${axis} must be as long`);
  return add(mul(normalised, reshape(gamma, shape)), reshape(beta, shape));
}

/** x to n and r. No gradient passes through r. */
const normaliseOperator = defineOperator<{ readonly axis: number; readonly epsilon: number }>({
  name: 'LayerNormalisation',
  infer: ([x], { axis }) => {
    const shape = x?.shape ?? [];
    return [
      { dtype: 'float32', shape },
      { dtype: 'float32', shape: shape.map((length, index) => (index === axis ? 1 : length)) },
    ];
  },
  gradient: ({ outputs: [n, r], gradients: [gradient], attributes: { axis } }) => {
    if (!n || !r || !gradient) return [null];
    const shift = reduceMean(gradient, [axis]);
    const along = mul(n, reduceMean(mul(gradient, n), [axis]));
    return [mul(r, sub(sub(gradient, shift), along))];
  },
  lower: ({ emitter, inputs: [x], outputs: [n, r], attributes: { axis, epsilon } }) => {
    const mean = (name: string): string => emitter.emit('ReduceMean', [name, emitter.integers([axis])]);
    const name = emitter.plain(x);
    const centred = emitter.emit('Sub', [name, mean(name)]);
    const variance = mean(emitter.emit('Mul', [centred, centred]));
    const scale = reciprocalDeviation(emitter, variance, epsilon);
    emitter.set(r, scale);
    emitter.set(n, emitter.emit('Mul', [centred, scale]));
  },
});
