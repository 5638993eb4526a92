import {
  type AdamOptions,
  adam,
  adamW,
  Graph,
  type Optimizer,
  oneHot,
  sgd,
  type Value,
} from '@deepflash/engine';
import { losses } from '../losses/losses.js';
import { buildNetwork } from '../networks/network.js';
import type { TrainingPlan } from './plan.js';

/** What of a plan decides the graph of a step. */
export type StepPlan = Pick<
  TrainingPlan,
  'architecture' | 'encoder' | 'classes' | 'batchSize' | 'tileSize' | 'loss'
>;

/** The graph of a network with its loss. Inputs: `images` float32 [B, C, T, T] and `labels` int32 [B, T, T]. */
export function lossGraph(plan: StepPlan, channels: number): { graph: Graph; loss: Value } {
  const { batchSize, tileSize, classes } = plan;
  const graph = new Graph();
  const images = graph.input('images', [batchSize, channels, tileSize, tileSize]);
  const labels = graph.input('labels', [batchSize, tileSize, tileSize], 'int32');
  const logits = buildNetwork(graph, images, { ...plan, mode: 'train' });
  return { graph, loss: losses[plan.loss](logits, oneHot(labels, classes)) };
}

/** The optimiser that a plan names. */
export function optimizerOf({
  optimizer,
  weightDecay,
}: Pick<TrainingPlan, 'optimizer' | 'weightDecay'>): Optimizer {
  const options: AdamOptions = { weightDecay };
  return { Adam: () => adam(options), AdamW: () => adamW(options), SGD: () => sgd(options) }[optimizer]();
}
