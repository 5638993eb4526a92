import { type Graph, sizeOf, type Value } from '@deepflash/engine';

/** What a network costs, counted from its graph. */
export interface NetworkCost {
  /** Numbers that are trained. */
  readonly parameters: number;
  /** Products that are added up in convolutions and matrix products, for all that the graph's inputs hold. */
  readonly multiplyAdds: number;
  /** Bytes of everything that is computed on the way, most of which a training keeps until it has gone back. */
  readonly activationBytes: number;
}

/** Counts a graph's cost from the shapes of its nodes; nothing is run. */
export function networkCost({ variables, nodes }: Graph): NetworkCost {
  const cost = { parameters: 0, multiplyAdds: 0, activationBytes: 0 };
  for (const { kind, value } of variables) {
    if (kind === 'parameter') cost.parameters += sizeOf(value.shape);
  }
  for (const { operator, inputs, outputs } of nodes) {
    cost.multiplyAdds += multiplyAdds(operator, inputs, outputs);
    // A reshaped tensor is the same bytes.
    if (operator !== 'Reshape')
      cost.activationBytes += outputs.reduce((sum, output) => sum + bytesOf(output), 0);
  }
  return cost;
}

function multiplyAdds(
  operator: string,
  [first, second]: readonly Value[],
  [result]: readonly Value[],
): number {
  if (first === undefined || second === undefined || result === undefined) return 0;
  // Every number of the result sums over the window and the channels of one filter, [O, I / groups, h, w].
  if (operator === 'Convolution')
    return sizeOf(result.shape) * (sizeOf(second.shape) / (second.shape[0] ?? 1));
  // And a transposed convolution spreads every number of its input, by weights [I, O / groups, h, w].
  if (operator === 'ConvolutionInputGradient') {
    return sizeOf(first.shape) * (sizeOf(second.shape) / (second.shape[0] ?? 1));
  }
  // A weight's gradient sums over every place of its filter in the output, whose gradient is the second input.
  if (operator === 'ConvolutionWeightGradient') {
    return sizeOf(second.shape) * (sizeOf(result.shape) / (result.shape[0] ?? 1));
  }
  if (operator === 'MatMul') return sizeOf(result.shape) * (first.shape.at(-1) ?? 1);
  return 0;
}

function bytesOf({ dtype, shape }: Value): number {
  const size = { float32: 4, int32: 4, int64: 8, uint8: 1, bool: 1 }[dtype];
  return size * sizeOf(shape);
}
