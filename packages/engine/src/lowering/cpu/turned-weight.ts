import type { Value } from '../../graph/graph.js';
import { sizeOf } from '../../tensor.js';
import { type Emitter, nchwc } from '../emitter.js';

/** The packed weight of an input gradient: channels exchanged with filters, and these taps, in this order. */
export function turnedWeight(emitter: Emitter, weight: Value, taps: readonly number[]): string {
  const b = emitter.blockSize ?? 1;
  const [filters = 0, channels = 0, ...kernel] = weight.shape;
  const count = sizeOf(kernel);
  const flipped = emitter.shared(`flipped:${weight.id}`, () => {
    const tiles = emitter.emit('Reshape', [
      emitter.packed(weight),
      emitter.integers([(filters / b) * (channels / b) * count, b, 1, b]),
    ]);
    const turned = emitter.emit('ReorderOutput', [tiles], { channels: b }, nchwc);
    return emitter.emit('Reshape', [turned, emitter.integers([-1, b * b])]);
  });
  // Where the tiles of [I/b][O/b][taps] lie in [O/b][I/b][all taps].
  const order = emitter.shared(`turned:${weight.shape}:${taps}`, () => {
    const places: number[] = [];
    for (let channel = 0; channel < channels / b; channel++)
      for (let filter = 0; filter < filters / b; filter++)
        for (const tap of taps) places.push((filter * (channels / b) + channel) * count + tap);
    return emitter.integers(places);
  });
  return emitter.emit('Gather', [flipped, order], { axis: 0 });
}
