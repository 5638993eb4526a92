import { type Graph, kaimingUniformFanIn, type Value } from '@deepflash/engine';
import type { Encoder } from './encoders/encoder.js';
import { resnet18, resnet34 } from './encoders/resnet.js';
import type { Builder, Mode } from './layers.js';
import { unet } from './unet.js';

/** The encoders by the names of segmentation_models.pytorch. */
export const encoders = { resnet18, resnet34 } as const satisfies Record<string, Encoder>;

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
