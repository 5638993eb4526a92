import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { sizeOf } from '../tensor.js';
import { mul } from './arithmetic.js';
import { expand } from './broadcast.js';

/**
 * The mean of all pixels of each channel: PyTorch's `adaptive_avg_pool2d` to one pixel. Unlike `reduceMean`, which
 * divides by the number of pixels it was built for, it is right for images of any size.
 *
 * @param x [N, C, H, W]
 * @returns [N, C, 1, 1]
 */
export function globalAveragePool(x: Value): Value {
  return applyOne(globalAveragePoolOperator, [x], null);
}

export const globalAveragePoolOperator = defineOperator<null>({
  name: 'GlobalAveragePool',
  infer: ([x]) => [{ dtype: 'float32', shape: [...(x?.shape ?? []).slice(0, 2), 1, 1] }],
  gradient: ({ inputs: [x], gradients: [gradient] }) => [
    x && gradient ? expand(mul(gradient, 1 / sizeOf(x.shape.slice(2))), x.shape) : null,
  ],
  lower: ({ emitter, inputs: [x], outputs: [y] }) =>
    emitter.set(y, emitter.emit('GlobalAveragePool', [emitter.plain(x)])),
});
