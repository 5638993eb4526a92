import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { float32, type Shape } from '../tensor.js';
import { mul } from './arithmetic.js';
import { convolutionInputGradient } from './convolution.js';
import { type Pool, type PoolOptions, pooled, poolOf } from './max-pool.js';
import { reshape } from './reshape.js';

/**
 * The mean under a moving window, as PyTorch's `avg_pool2d`: padding counts as zeros that take part in the mean.
 *
 * @param x [N, C, H, W]
 */
export function averagePool(x: Value, options: PoolOptions): Value {
  return applyOne(averagePoolOperator, [x], poolOf(options));
}

const averagePoolOperator = defineOperator<Pool>({
  name: 'AveragePool',
  infer: ([x], pool) => pooled('AveragePool', x?.shape ?? [], pool),
  gradient: ({ inputs: [x], gradients: [gradient], attributes: { kernel, ...window } }) => {
    if (!x || !gradient) return [null];
    // A mean is a convolution of each channel by itself with a constant kernel.
    const single = (shape: Shape): Shape => [(shape[0] ?? 0) * (shape[1] ?? 0), 1, ...shape.slice(2)];
    const area = kernel[0] * kernel[1];
    const ones = x.graph.constant(float32([1, 1, ...kernel], new Float32Array(area).fill(1)));
    const shares = mul(reshape(gradient, single(gradient.shape)), 1 / area);
    return [
      reshape(convolutionInputGradient(shares, ones, { ...window, groups: 1 }, single(x.shape)), x.shape),
    ];
  },
  lower: ({ emitter, inputs: [x], outputs: [y], attributes: { kernel, stride, padding } }) => {
    const attributes = { kernel_shape: kernel, strides: stride, pads: padding, count_include_pad: 1 };
    emitter.set(y, emitter.emit('AveragePool', [emitter.plain(x)], attributes));
  },
});
