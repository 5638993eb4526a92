import {
  type Graph,
  kaimingUniformFanIn,
  type ResizeMode,
  resize,
  type Value,
  xavierUniform,
} from '@deepflash/engine';
import { imageSides, NetworkError, type NetworkShape, resolveNetwork } from './catalogue.js';
import { type Builder, conv2dWithBias, type Mode } from './layers.js';
import { type Separation, separationHead } from './separation-head.js';

export {
  type ArchitectureName,
  architectures,
  type EncoderName,
  encoders,
  type ImageSides,
  imageSides,
  NetworkError,
  type NetworkShape,
  networkShape,
} from './catalogue.js';

export interface NetworkOptions extends NetworkShape {
  readonly classes: number;
  readonly mode: Mode;
  /** `off` leaves dropout and stochastic depth out of training. Default: `on`. */
  readonly dropout?: Builder['dropout'];
  /** Whether it has a second head that tells touching objects apart. Default: `none`. */
  readonly separation?: Separation;
}

/** What a network answers. */
export interface NetworkOutputs {
  /** Of each class, [N, classes, H, W]. */
  readonly logits: Value;
  /** Of the second head, [N, 2, H, W]; null where there is none. */
  readonly separation: Value | null;
}

/** Adds a network to the graph as `buildHeads`, and returns its logits [N, classes, H, W]. */
export function buildNetwork(graph: Graph, x: Value, options: NetworkOptions): Value {
  return buildHeads(graph, x, options).logits;
}

/**
 * Adds a network to the graph.
 *
 * @param x images, normalised: [N, C, H, W] with H and W as `imageSides` says
 * @throws NetworkError
 */
export function buildHeads(graph: Graph, x: Value, options: NetworkOptions): NetworkOutputs {
  const { architecture, encoder, depth, outputStride, channels, center } = resolveNetwork(options);
  checkSides(options, x);
  const { mode, dropout = 'on', classes } = options;
  const builder: Builder = { graph, mode, dropout, initialise: kaimingUniformFanIn };
  const features = encoder.features(builder, 'encoder', x, { depth, outputStride });
  const decoded = architecture.decode(builder, features, { channels, center });
  const { kernel, enlarge } = architecture.head;
  const seen = enlarge === 'before' ? enlarged(decoded, x, 'bilinear') : decoded;
  const logits = conv2dWithBias({ ...builder, initialise: xavierUniform }, 'segmentation_head.0', seen, {
    filters: classes,
    kernel,
    padding: (kernel - 1) / 2,
  });
  const separation =
    options.separation === 'distance' ? separationHead(builder, 'separation_head', seen) : null;
  return {
    logits: enlarged(logits, x, 'bilinear-aligned'),
    separation: separation && enlarged(separation, x, 'bilinear-aligned'),
  };
}

/** To the image's size. */
function enlarged(y: Value, image: Value, mode: ResizeMode): Value {
  const [, , height = 0, width = 0] = image.shape;
  return y.shape[2] === height && y.shape[3] === width ? y : resize(y, [height, width], mode);
}

function checkSides(shape: NetworkShape, { shape: [, , height = 0, width = 0] }: Value): void {
  const { smallest, multipleOf } = imageSides(shape);
  const fits = (side: number): boolean => side >= smallest && side % multipleOf === 0;
  if (fits(height) && fits(width)) return;
  throw new NetworkError(
    shape,
    `an image of ${height} x ${width} pixels does not suit it`,
    `Take sides that are multiples of ${multipleOf}, at least ${smallest}`,
  );
}
