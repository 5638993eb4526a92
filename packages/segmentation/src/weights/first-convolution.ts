import { float32, type Tensor } from '@deepflash/engine';

/**
 * The weight [O, C, h, w] of a network's first convolution for images of another number of channels, as
 * segmentation_models.pytorch adapts it: for one channel the sum over the old ones, so that a grey image gives what the
 * same grey in every channel gave; for more, the old ones in turn, scaled so that the result keeps its size.
 */
export function adaptFirstConvolution(weight: Tensor, channels: number): Tensor<'float32'> {
  const [filters = 0, old = 0, height = 0, width = 0] = weight.shape;
  const window = height * width;
  const adapted = float32([filters, channels, height, width]);
  for (let filter = 0; filter < filters; filter++) {
    const from = filter * old * window;
    const to = filter * channels * window;
    const copies = channels === 1 ? old : channels;
    for (let copy = 0; copy < copies; copy++) {
      const source = from + (copy % old) * window;
      const target = to + (channels === 1 ? 0 : copy) * window;
      const scale = channels === 1 ? 1 : old / channels;
      for (let i = 0; i < window; i++) {
        adapted.data[target + i] = (adapted.data[target + i] ?? 0) + scale * Number(weight.data[source + i]);
      }
    }
  }
  return adapted;
}
