/** The consensus of the masks of one image. */
import {
  type InstanceConsensus,
  instanceConsensus,
  type LabelImage,
  majorityVote,
  type StapleResult,
  separateInstances,
  staple,
} from '@deepflash/segmentation';
import { classObjects } from '../scoring/class-objects.js';
import type { RatedMask } from './read-masks.js';

export interface ConsensusOptions {
  readonly method: 'staple' | 'majority';
  readonly content: 'classes' | 'instances';
  /** Number of classes with the background. */
  readonly classes: number;
  /** The label of pixels of which no class wins. */
  readonly undecided: number;
}

export interface Consensus extends Pick<RatedMask, 'pixelSize' | 'unit'> {
  readonly width: number;
  readonly height: number;
  readonly classes: number;
  /** The class of each pixel, or the label of undecided pixels. */
  readonly mask: Uint8Array;
  readonly undecidedPixels: number;
  /** The probability of each class at each pixel, [classes, height, width]; with the majority, its share of the votes. */
  readonly probabilities: () => Float32Array;
  readonly objects: LabelImage;
  /** What STAPLE found out about the raters; null for a majority and for a single rater. */
  readonly staple: StapleResult | null;
  /** How the raters voted on each object; null without instances and for a single rater. */
  readonly votes: InstanceConsensus | null;
}

/** The consensus of masks of equal size. One mask alone is its own consensus. */
export function consensusOf(
  masks: readonly [RatedMask, ...RatedMask[]],
  options: ConsensusOptions,
): Consensus {
  const { method, content, classes, undecided } = options;
  const [{ width, height, classes: only, objects: onlyObjects }] = masks;
  const { pixelSize, unit } = masks.find((mask) => mask.pixelSize !== null) ?? masks[0];
  const shape = { width, height, pixelSize, unit, classes };
  const ratings = masks.map((mask) => mask.classes);
  const shares = (): Float32Array => voteShares(ratings, classes);
  if (masks.length === 1) {
    const alone = { mask: only, undecidedPixels: 0, probabilities: shares, objects: onlyObjects };
    return { ...shape, ...alone, staple: null, votes: null };
  }
  const estimate = method === 'staple' ? staple(ratings, { classes, undecided }) : null;
  const probabilities = estimate?.probabilities ?? shares;
  if (content === 'instances') {
    const votes = instanceConsensus(masks.map(({ objects }) => objects));
    const objects = votes.labels;
    return {
      ...shape,
      mask: separateInstances(objects),
      undecidedPixels: 0,
      probabilities,
      objects,
      staple: estimate,
      votes,
    };
  }
  const mask = estimate?.mask ?? majorityVote(ratings, { classes, undecided });
  return {
    ...shape,
    mask,
    undecidedPixels:
      undecided < classes ? 0 : mask.reduce((sum, value) => sum + (value < classes ? 0 : 1), 0),
    probabilities,
    objects: classObjects({ ...shape, data: mask.map((value) => (value < classes ? value : 0)) }),
    staple: estimate,
    votes: null,
  };
}

function voteShares(ratings: readonly Uint8Array[], classes: number): Float32Array {
  const pixels = ratings[0]?.length ?? 0;
  const shares = new Float32Array(classes * pixels);
  for (const rating of ratings) {
    for (let i = 0; i < pixels; i++) {
      const at = (rating[i] as number) * pixels + i;
      shares[at] = (shares[at] as number) + 1;
    }
  }
  return shares.map((votes) => votes / ratings.length);
}
