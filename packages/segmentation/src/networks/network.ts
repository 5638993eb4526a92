import { type Graph, kaimingUniformFanIn, type Value } from '@deepflash/engine';
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
import type { Builder, Mode } from './layers.js';
import { unet } from './unet.js';

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
export const architectures = { Unet: unet } as const satisfies Record<string, Architecture>;

/** Adds a network to the graph: images [N, C, H, W] to logits [N, classes, H, W]. */
export type Architecture = (builder: Builder, encoder: Encoder, x: Value, classes: number) => Value;

export interface NetworkOptions {
  readonly architecture: keyof typeof architectures;
  readonly encoder: keyof typeof encoders;
  readonly classes: number;
  readonly mode: Mode;
  /** `off` leaves dropout and stochastic depth out of training. Default: `on`. */
  readonly dropout?: Builder['dropout'];
}

/**
 * Adds a network to the graph.
 *
 * @param x images, normalised: [N, C, H, W] with H and W multiples of 32
 * @returns logits [N, classes, H, W]
 */
export function buildNetwork(
  graph: Graph,
  x: Value,
  { architecture, encoder, classes, mode, dropout = 'on' }: NetworkOptions,
): Value {
  const builder: Builder = { graph, mode, dropout, initialise: kaimingUniformFanIn };
  return architectures[architecture](builder, encoders[encoder], x, classes);
}
