import type { Window } from '../../ops/convolution.js';
import type { Shape } from '../../tensor.js';
import type { PreferredLowering } from '../lowering.js';

/**
 * With stride 1 the input gradient is itself a convolution: of dy with the kernel turned by 180 degrees and its input
 * and output channels exchanged. ONNX Runtime's `Conv` is about twice as fast as its `ConvTranspose` on large images;
 * on small ones with many channels, turning the weights costs more than it gains.
 */
export const inputGradientByConvolution: PreferredLowering<Window & { readonly inputShape: Shape }> = ({
  emitter,
  inputs: [gradient, weight],
  outputs: [y],
  attributes: { stride, padding, dilation, groups, inputShape },
}) => {
  const pixels = (inputShape[2] ?? 0) * (inputShape[3] ?? 0);
  if (!gradient || !weight || groups !== 1 || stride[0] !== 1 || stride[1] !== 1 || pixels < 1024)
    return false;
  const [, , kernelHeight = 1, kernelWidth = 1] = weight.shape;
  const reach = [dilation[0] * (kernelHeight - 1), dilation[1] * (kernelWidth - 1)] as const;
  const pads = [reach[0] - padding[0], reach[1] - padding[1], reach[0] - padding[2], reach[1] - padding[3]];
  if (pads.some((pad) => pad < 0)) return false;
  const exchanged = emitter.emit('Transpose', [emitter.plain(weight)], { perm: [1, 0, 2, 3] });
  const backwards = [
    [-1, -1],
    [-1000, -1000],
    [2, 3],
    [-1, -1],
  ].map((list) => emitter.integers(list));
  const turned = emitter.emit('Slice', [exchanged, ...backwards]);
  emitter.set(y, emitter.emit('Conv', [emitter.plain(gradient), turned], { pads, dilations: dilation }));
  return true;
};
