import { Graph, type Value } from '@deepflash/engine';
import { losses } from '../losses/losses.js';
import type { LossParameters } from '../losses/parameters.js';
import { buildHeads } from '../networks/network.js';
import type { TrainingPlan } from './plan.js';
import { separationLoss, withSeparation } from './separation-loss.js';
import { ALL_CERTAIN, type TargetKind, targets } from './targets.js';

/** What of a plan decides the graph of a step. */
export type StepPlan = Pick<
  TrainingPlan,
  | 'architecture'
  | 'encoder'
  | 'separation'
  | 'classes'
  | 'batchSize'
  | 'tileSize'
  | 'loss'
  | 'classWeights'
  | 'encoderDepth'
  | 'decoderChannels'
  | keyof LossParameters
>;

/**
 * The graph of a network with its loss. Inputs: `images` float32 [B, C, T, T] and those of `targets`, by default
 * `labels` int32 [B, T, T]; with a second head `separation`.
 *
 * @throws SettingsError where loss, class weights and targets do not fit together.
 */
export function lossGraph(
  plan: StepPlan,
  channels: number,
  kind: TargetKind = ALL_CERTAIN,
): { graph: Graph; loss: Value } {
  const { batchSize, tileSize } = plan;
  const graph = new Graph();
  const images = graph.input('images', [batchSize, channels, tileSize, tileSize]);
  const { truth, counting } = targets(graph, plan, kind);
  const { logits, separation } = buildHeads(graph, images, { ...plan, mode: 'train' });
  const loss = losses[plan.loss](logits, truth, { ...plan, ...counting });
  const second = separation && separationLoss(graph, separation, plan, counting.pixelWeights ?? null);
  return { graph, loss: withSeparation(loss, second) };
}
