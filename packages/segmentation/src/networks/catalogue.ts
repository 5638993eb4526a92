/** What networks can be put together from. Every architecture goes with every encoder, but for what `obstacle` says. */
import type { Architecture, Depth, OutputStride } from './architecture.js';
import { deeplabV3 } from './deeplab-v3.js';
import { deeplabV3Plus } from './deeplab-v3-plus.js';
import { convnextTiny } from './encoders/convnext.js';
import { densenet121 } from './encoders/densenet.js';
import {
  efficientnetB0,
  efficientnetB1,
  efficientnetB2,
  efficientnetB3,
  efficientnetB4,
} from './encoders/efficientnet.js';
import type { Encoder } from './encoders/encoder.js';
import { mobilenetV2 } from './encoders/mobilenet-v2.js';
import { mobilenetV2Gluon } from './encoders/mobilenet-v2-gluon.js';
import { resnet18, resnet34, resnet50, resnet101, resnet152, resnext50 } from './encoders/resnet.js';
import { seResnext50 } from './encoders/se-resnext.js';
import { vgg16Bn } from './encoders/vgg.js';
import { fpn } from './fpn.js';
import { linknet } from './linknet.js';
import { manet } from './manet.js';
import { pan } from './pan.js';
import { pspnet } from './pspnet.js';
import { unet } from './unet.js';
import { unetPlusPlus } from './unet-plus-plus.js';

/** The encoders by the names of segmentation_models.pytorch; `mobilenet_v2_gluon` is GluonCV's. */
export const encoders = {
  resnet18,
  resnet34,
  resnet50,
  resnet101,
  resnet152,
  resnext50_32x4d: resnext50,
  se_resnext50_32x4d: seResnext50,
  mobilenet_v2: mobilenetV2,
  mobilenet_v2_gluon: mobilenetV2Gluon,
  'efficientnet-b0': efficientnetB0,
  'efficientnet-b1': efficientnetB1,
  'efficientnet-b2': efficientnetB2,
  'efficientnet-b3': efficientnetB3,
  'efficientnet-b4': efficientnetB4,
  densenet121,
  vgg16_bn: vgg16Bn,
  'tu-convnext_tiny': convnextTiny,
} as const satisfies Record<string, Encoder>;

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

export const architectureNames = Object.keys(architectures) as ArchitectureName[];
export const encoderNames = Object.keys(encoders) as EncoderName[];

/** What decides the layers of a network. */
export interface NetworkShape {
  readonly architecture: ArchitectureName;
  readonly encoder: EncoderName;
  /** Levels of the encoder; default: 5, of a PSPNet 3, with a ConvNeXt 4. */
  readonly encoderDepth?: Depth | null | undefined;
  /** Pixels of the image for one of the deepest features; default: 32, of DeepLabV3Plus and most PANs 16, of DeepLabV3 8. */
  readonly outputStride?: OutputStride | undefined;
  /** Filters of the decoder's parts, as many as the architecture's `channels`; default: these. */
  readonly decoderChannels?: readonly number[] | null | undefined;
}

/** Of settings, a plan or a model's description that alone which decides the layers, without what is left to a default. */
export function networkShape<A extends string, E extends string>({
  architecture,
  encoder,
  encoderDepth,
  decoderChannels,
}: Names<A, E> & Pick<NetworkShape, 'encoderDepth' | 'decoderChannels'>): DecidedShape<A, E> {
  return {
    architecture,
    encoder,
    ...(encoderDepth == null ? {} : { encoderDepth }),
    ...(decoderChannels == null ? {} : { decoderChannels: [...decoderChannels] }),
  };
}

/** Those of a description may not have been checked yet. */
interface Names<A extends string, E extends string> {
  readonly architecture: A;
  readonly encoder: E;
}

interface DecidedShape<A extends string, E extends string> extends Names<A, E> {
  readonly encoderDepth?: Depth;
  readonly decoderChannels?: number[];
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

/** A network with all defaults filled in. */
export interface ResolvedNetwork {
  readonly architecture: Architecture;
  readonly encoder: Encoder;
  readonly depth: Depth;
  readonly outputStride: OutputStride;
  readonly channels: readonly number[];
  /** Whether U-Nets have two more convolutions between encoder and decoder. */
  readonly center: boolean;
}

/** Fills in the defaults. Throws `NetworkError` where there is no such network. */
export function resolveNetwork(shape: NetworkShape): ResolvedNetwork {
  const architecture: Architecture = architectures[shape.architecture];
  const depth = shape.encoderDepth ?? usualDepth(shape);
  const outputStride = shape.outputStride ?? usualStride(shape);
  const problem = obstacle({ ...shape, encoderDepth: depth, outputStride });
  if (problem !== null) throw new NetworkError(shape, problem, alternatives(shape));
  const usual = architecture.channels(depth);
  const channels = shape.decoderChannels ?? usual;
  if (channels.length !== usual.length || channels.some((count) => !Number.isInteger(count) || count < 1)) {
    throw new NetworkError(
      shape,
      `its decoder has ${usual.length} parts, and the decoder channels are ${JSON.stringify(channels)}`,
      `Give ${usual.length} whole numbers from 1 on, such as ${usual.join(', ')}`,
    );
  }
  const center = shape.encoder.startsWith('vgg');
  return { architecture, encoder: encoders[shape.encoder], depth, outputStride, channels, center };
}

/** What sides, in pixels, the images of a network may have. */
export interface ImageSides {
  readonly smallest: number;
  readonly multipleOf: number;
}

/** The sides that images and tiles must have for a network. Throws `NetworkError` where there is no such network. */
export function imageSides(shape: NetworkShape): ImageSides {
  const { architecture, depth, outputStride } = resolveNetwork(shape);
  const multipleOf = Math.min(outputStride, 2 ** (startsAtQuarter(shape.encoder) ? depth + 1 : depth));
  // Also levels that no decoder uses are built, and have to hold a pixel.
  return { multipleOf, smallest: Math.max(32, architecture.smallest * multipleOf) };
}

/** A ConvNeXt's first level is a quarter of the image, so that it has one less. */
function startsAtQuarter(encoder: EncoderName): boolean {
  return encoder.startsWith('tu-convnext');
}

function usualDepth({ architecture, encoder }: NetworkShape): Depth {
  const { depth }: Architecture = architectures[architecture];
  return startsAtQuarter(encoder) && depth === 5 ? 4 : depth;
}

/** A PAN can do without dilation, so that it also goes with encoders that cannot be dilated. */
function usualStride({ architecture, encoder }: NetworkShape): OutputStride {
  return architecture === 'PAN' && halvesByPooling(encoder) ? 32 : architectures[architecture].outputStride;
}

function halvesByPooling(encoder: EncoderName): boolean {
  return /^(vgg|densenet)/.test(encoder);
}

/** Why architecture and encoder do not go together, as in segmentation_models.pytorch; null where they do. */
function obstacle({ architecture, encoder, encoderDepth, outputStride }: NetworkShape): string | null {
  if (outputStride !== 32 && halvesByPooling(encoder)) {
    return `the encoder halves images by pooling, and ${architecture} needs one that can keep their size`;
  }
  return startsAtQuarter(encoder) && encoderDepth === 5 ? 'the encoder has only 4 levels' : null;
}

function alternatives({ architecture, encoder, encoderDepth, outputStride }: NetworkShape): string {
  const fits = (other: Partial<NetworkShape>): boolean => {
    const shape: NetworkShape = { architecture, encoder, ...other };
    return (
      obstacle({
        ...shape,
        encoderDepth: usualDepth(shape),
        outputStride: usualStride(shape),
      }) === null
    );
  };
  if (fits({}) && (encoderDepth != null || outputStride !== undefined)) {
    return 'Leave depth and output stride to their defaults';
  }
  const others = architectureNames.filter((name) => fits({ architecture: name }));
  const encodersThatFit = encoderNames.filter((name) => fits({ encoder: name }));
  return `With this encoder go ${others.join(', ')}; with this architecture ${encodersThatFit.join(', ')}`;
}
