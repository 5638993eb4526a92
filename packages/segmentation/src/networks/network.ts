import {
  type Graph,
  kaimingUniformFanIn,
  type ResizeMode,
  resize,
  type Value,
  xavierUniform,
} from '@deepflash/engine';
import type { Architecture, Depth, OutputStride } from './architecture.js';
import { deeplabV3 } from './deeplab-v3.js';
import { deeplabV3Plus } from './deeplab-v3-plus.js';
import type { Encoder } from './encoders/encoder.js';
import { resnet18, resnet34 } from './encoders/resnet.js';
import { fpn } from './fpn.js';
import { type Builder, conv2dWithBias, type Mode } from './layers.js';
import { linknet } from './linknet.js';
import { manet } from './manet.js';
import { pan } from './pan.js';
import { pspnet } from './pspnet.js';
import { unet } from './unet.js';
import { unetPlusPlus } from './unet-plus-plus.js';

/** The encoders by the names of segmentation_models.pytorch. */
export const encoders = { resnet18, resnet34 } as const satisfies Record<string, Encoder>;

/** The architectures by the names of segmentation_models.pytorch. */
export const architectures = {
  Unet: unet,
  UnetPlusPlus: unetPlusPlus,
  MAnet: manet,
  FPN: fpn,
  PAN: pan,
  PSPNet: pspnet,
  Linknet: linknet,
  DeepLabV3: deeplabV3,
  DeepLabV3Plus: deeplabV3Plus,
} as const satisfies Record<string, Architecture>;

export type ArchitectureName = keyof typeof architectures;
export type EncoderName = keyof typeof encoders;

/** What decides the layers of a network. */
export interface NetworkShape {
  readonly architecture: ArchitectureName;
  readonly encoder: EncoderName;
  /** Levels of the encoder; default: 5, of a PSPNet 3. */
  readonly encoderDepth?: Depth | undefined;
  /** Pixels of the image for one of the deepest features; default: 32, of PAN and DeepLabV3Plus 16, of DeepLabV3 8. */
  readonly outputStride?: OutputStride | undefined;
  /** Filters of the decoder's parts, as many as the architecture's `channels`; default: these. */
  readonly decoderChannels?: readonly number[] | undefined;
}

export interface NetworkOptions extends NetworkShape {
  readonly classes: number;
  readonly mode: Mode;
}

/** A network that cannot be built: parts that do not go together, or an image of a size that it cannot take. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly architecture: string;
  readonly encoder: string;
  readonly problem: string;
  readonly remedy: string;

  constructor({ architecture, encoder }: NetworkShape, problem: string, remedy: string) {
    super(`${architecture} with the encoder ${encoder} cannot be built: ${problem}. ${remedy}.`);
    this.architecture = architecture;
    this.encoder = encoder;
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** What sides, in pixels, the images of a network may have. */
export interface ImageSides {
  readonly smallest: number;
  readonly multipleOf: number;
}

/** The sides that images and tiles must have for a network. Throws `NetworkError` where there is no such network. */
export function imageSides(shape: NetworkShape): ImageSides {
  const { architecture, depth, outputStride } = resolved(shape);
  const multipleOf = Math.min(outputStride, 2 ** depth);
  return { multipleOf, smallest: architecture.smallest * multipleOf };
}

/**
 * Adds a network to the graph.
 *
 * @param x images, normalised: [N, C, H, W] with H and W as `imageSides` says
 * @returns logits [N, classes, H, W]
 * @throws NetworkError
 */
export function buildNetwork(graph: Graph, x: Value, options: NetworkOptions): Value {
  const { architecture, encoder, depth, outputStride, channels } = resolved(options);
  checkSides(options, x);
  const builder: Builder = { graph, mode: options.mode, initialise: kaimingUniformFanIn };
  const features = encoder.features(builder, 'encoder', x, { depth, outputStride });
  const decoded = architecture.decode(builder, features, {
    channels,
    center: options.encoder.startsWith('vgg'),
  });
  const { kernel, enlarge } = architecture.head;
  const head: Builder = { ...builder, initialise: xavierUniform };
  const convolved = conv2dWithBias(
    head,
    'segmentation_head.0',
    enlarge === 'before' ? enlarged(decoded, x, 'bilinear') : decoded,
    { filters: options.classes, kernel, padding: (kernel - 1) / 2 },
  );
  return enlarged(convolved, x, 'bilinear-aligned');
}

/** To the image's size, by a factor. */
function enlarged(y: Value, image: Value, mode: ResizeMode): Value {
  const [, , height = 0, width = 0] = image.shape;
  return y.shape[2] === height && y.shape[3] === width ? y : resize(y, [height, width], mode);
}

/** The parts of a network with all defaults filled in. */
function resolved(shape: NetworkShape) {
  const architecture: Architecture = architectures[shape.architecture];
  const encoder: Encoder = encoders[shape.encoder];
  const depth = shape.encoderDepth ?? architecture.depth;
  const outputStride = shape.outputStride ?? architecture.outputStride;
  const usual = architecture.channels(depth);
  const channels = shape.decoderChannels ?? usual;
  if (channels.length !== usual.length || channels.some((count) => !Number.isInteger(count) || count < 1)) {
    throw new NetworkError(
      shape,
      `its decoder has ${usual.length} parts, and the decoder channels are ${JSON.stringify(channels)}`,
      `Give ${usual.length} whole numbers from 1 on, such as ${usual.join(', ')}`,
    );
  }
  return { architecture, encoder, depth, outputStride, channels };
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
