/** What the pixels of a batch should be: how it is handed in, and how it becomes the truth and weights of a loss. */
import { type Graph, mul, oneHot, reduceSum, type Value } from '@deepflash/engine';
import type { Counting } from '../losses/loss.js';
import { lossesOfCertainClasses } from '../losses/names.js';
import { isIgnored } from '../sampling/planes.js';
import { unfitClassWeights, unfitLoss } from '../settings/parse.js';
import { SettingsError } from '../settings/settings-error.js';
import type { LabelledImage, TrainingPlan } from './plan.js';

/** What decides which inputs a step has beside its images. */
export interface TargetKind {
  /** `classes`: each pixel is of one class. `shares`: of each class by the probabilities of a consensus. */
  readonly truth: 'classes' | 'shares';
  /** Whether there are pixels that count in no loss. */
  readonly ignored: 'none' | 'some';
}

/** One class for each pixel, and all of them count: the simplest and fastest. */
export const ALL_CERTAIN: TargetKind = { truth: 'classes', ignored: 'none' };

/** The kind of target that these images need. */
export function targetKindOf(images: readonly LabelledImage[]): TargetKind {
  const ignoring = images.some(({ mask, experts = [] }) =>
    [mask, ...experts].some(({ classes, data }) => data.some((label) => isIgnored(label, classes))),
  );
  return {
    truth: images.some(({ probabilities }) => probabilities !== undefined) ? 'shares' : 'classes',
    ignored: ignoring ? 'some' : 'none',
  };
}

/** Which inputs a step has beside its images: each is there only where the loss needs it. */
export function targetInputs(
  { loss, separation }: Pick<TrainingPlan, 'loss' | 'separation'>,
  { truth, ignored }: TargetKind,
): Record<'labels' | 'shares' | 'boundaryWeights' | 'separation', boolean> {
  return {
    labels: truth === 'classes' || ignored === 'some',
    shares: truth === 'shares',
    boundaryWeights: loss === 'BoundaryCrossEntropyLoss',
    separation: separation === 'distance',
  };
}

/**
 * Adds the inputs of the targets to a graph: `labels` int32 [B, T, T], `shares` float32 [B, C, T, T] and
 * `boundaryWeights` float32 [B, 1, T, T], those that are needed.
 *
 * @throws SettingsError for a loss that is not defined for such targets, or class weights that do not fit the classes.
 */
export function targets(
  graph: Graph,
  plan: Pick<TrainingPlan, 'classes' | 'batchSize' | 'tileSize' | 'loss' | 'classWeights'>,
  kind: TargetKind,
): { readonly truth: Value; readonly counting: Counting } {
  checkFit(plan, kind);
  const { batchSize, tileSize, classes, classWeights = null } = plan;
  const needed = targetInputs(plan, kind);
  const side = [tileSize, tileSize];
  const planes = needed.labels ? oneHot(graph.input('labels', [batchSize, ...side], 'int32'), classes) : null;
  const shares = needed.shares ? graph.input('shares', [batchSize, classes, ...side]) : null;
  const boundary = needed.boundaryWeights ? graph.input('boundaryWeights', [batchSize, 1, ...side]) : null;
  const truth = shares ?? planes;
  if (!truth) throw new Error('A step needs labels or shares.');
  const counted = kind.ignored === 'some' && planes ? reduceSum(planes, [1]) : null;
  const pixelWeights = counted && boundary ? mul(counted, boundary) : (counted ?? boundary);
  return { truth, counting: { pixelWeights, classWeights } };
}

function checkFit(
  { loss, classes, classWeights = null }: Pick<TrainingPlan, 'loss' | 'classes' | 'classWeights'>,
  { truth }: TargetKind,
): void {
  const problems: string[] = [];
  if (truth === 'shares' && lossesOfCertainClasses.has(loss)) {
    problems.push(unfitLoss(loss));
  }
  if (classWeights !== null && classWeights.length !== classes) {
    problems.push(unfitClassWeights(classWeights, classes));
  }
  if (problems.length > 0) throw new SettingsError(problems);
}
