/** The layers that networks are made of, with the names that PyTorch gives their parameters. */
import {
  add,
  batchNormalise,
  type ConvolutionOptions,
  convolve,
  type Graph,
  greater,
  type Initialiser,
  layerNormalise,
  mul,
  normaliseBy,
  ones,
  reshape,
  sizeOf,
  type Value,
  zeros,
} from '@deepflash/engine';

/** Whether batch normalisation uses (and gathers) the statistics of the batch or those gathered before. */
export type Mode = 'train' | 'evaluate';

/** Where layers create their parameters. */
export interface Builder {
  readonly graph: Graph;
  readonly mode: Mode;
  /** Whether `dropout` drops in training. Off where results are compared with another implementation's. */
  readonly dropout: 'on' | 'off';
  readonly initialise: Initialiser;
}

export interface Conv2dOptions extends ConvolutionOptions {
  readonly filters: number;
  readonly kernel: number;
}

/** `nn.Conv2d` without a bias. */
export function conv2d(
  { graph, initialise }: Builder,
  name: string,
  x: Value,
  { filters, kernel, ...window }: Conv2dOptions,
): Value {
  const perGroup = (x.shape[1] ?? 0) / (window.groups ?? 1);
  return convolve(
    x,
    graph.parameter(`${name}.weight`, [filters, perGroup, kernel, kernel], initialise),
    window,
  );
}

/** `nn.Conv2d` with a bias, which starts at zero unless `bias` says otherwise. */
export function conv2dWithBias(
  { graph, initialise }: Builder,
  name: string,
  x: Value,
  { filters, kernel, bias = zeros, ...window }: Conv2dOptions & { readonly bias?: Initialiser },
): Value {
  const perGroup = (x.shape[1] ?? 0) / (window.groups ?? 1);
  const weight = graph.parameter(`${name}.weight`, [filters, perGroup, kernel, kernel], initialise);
  return convolve(x, weight, window, graph.parameter(`${name}.bias`, [filters], bias));
}

/** `nn.Linear` applied to the channels of each pixel: a convolution of one pixel whose weight has two axes. */
export function linear({ graph, initialise }: Builder, name: string, x: Value, filters: number): Value {
  const channels = x.shape[1] ?? 0;
  const weight = graph.parameter(`${name}.weight`, [filters, channels], initialise);
  const bias = graph.parameter(`${name}.bias`, [filters], zeros);
  return convolve(x, reshape(weight, [filters, channels, 1, 1]), {}, bias);
}

/** Layer normalisation of the channels of each pixel, with the epsilon 1e-6 of timm. */
export function layerNorm({ graph }: Builder, name: string, x: Value): Value {
  const channels = [x.shape[1] ?? 0];
  const gamma = graph.parameter(`${name}.weight`, channels, ones);
  const beta = graph.parameter(`${name}.bias`, channels, zeros);
  return layerNormalise(x, gamma, beta, { axis: 1, epsilon: 1e-6 });
}

export interface BatchNormOptions {
  /** Share of the batch in the running statistics. */
  readonly momentum?: number;
  readonly epsilon?: number;
}

/** `nn.BatchNorm2d`: momentum 0.1, epsilon 1e-5; the running variance is gathered unbiased. */
export function batchNorm(
  { graph, mode }: Builder,
  name: string,
  x: Value,
  { momentum = 0.1, epsilon = 1e-5 }: BatchNormOptions = {},
): Value {
  const channels = [x.shape[1] ?? 0];
  const gamma = graph.parameter(`${name}.weight`, channels, ones);
  const beta = graph.parameter(`${name}.bias`, channels, zeros);
  const runningMean = graph.buffer(`${name}.running_mean`, channels, zeros);
  const runningVariance = graph.buffer(`${name}.running_var`, channels, ones);
  if (mode === 'evaluate') {
    const statistics = { mean: runningMean.value, variance: runningVariance.value };
    return normaliseBy(x, { gamma, beta, ...statistics }, epsilon);
  }
  const { y, mean, variance } = batchNormalise(x, gamma, beta, epsilon);
  const count = sizeOf(x.shape) / sizeOf(channels);
  const keep = 1 - momentum;
  graph.update(runningMean, add(mul(runningMean.value, keep), mul(mean, momentum)));
  const unbiased = (momentum * count) / Math.max(count - 1, 1);
  graph.update(runningVariance, add(mul(runningVariance.value, keep), mul(variance, unbiased)));
  return y;
}

export interface DropoutOptions {
  /** The share that is dropped, from 0 to below 1. */
  readonly rate: number;
  /**
   * What is kept or dropped as one: each `element` (`nn.Dropout`), each `channel` of each image (`nn.Dropout2d`), or
   * the whole of a `sample`: on a residual branch that is stochastic depth (Huang et al. 2016).
   */
  readonly per: 'element' | 'channel' | 'sample';
}

/**
 * Sets a random part of `x`, [N, C, ...], to zero and scales the rest up, so that the mean stays (Srivastava et al.
 * 2014). In evaluation it changes nothing.
 */
export function dropout({ graph, mode, dropout: state }: Builder, x: Value, options: DropoutOptions): Value {
  const { rate, per } = options;
  if (mode === 'evaluate' || state === 'off' || rate === 0) return x;
  const shared = { element: x.shape.length, channel: 2, sample: 1 }[per];
  const draws = graph.random(x.shape.map((length, axis) => (axis < shared ? length : 1)));
  return mul(x, mul(greater(draws, graph.scalar(rate)), 1 / (1 - rate)));
}
