/** How well raters agree among each other, without a consensus. */

import { fleissKappa, krippendorffAlpha, pairwiseDice } from '@deepflash/segmentation';
import { mean } from '../runs/validation-results.js';
import type { Rated } from './read-image.js';

export interface PairDice {
  readonly first: string;
  readonly second: string;
  /** Mean over the classes above 0. */
  readonly dice: number;
}

export interface ImageAgreement {
  /** All pairs of raters, models among them. */
  readonly pairs: readonly PairDice[];
  /** Of those who entered the consensus; null where it is one. */
  readonly fleissKappa: number | null;
  readonly krippendorffAlpha: number | null;
}

export function agreementOf(
  rated: readonly Rated[],
  voters: readonly Rated[],
  classes: number,
): ImageAgreement {
  const dice = pairwiseDice(
    rated.map(({ mask }) => mask.classes),
    classes,
  );
  const votes = voters.map(({ mask }) => mask.classes);
  return {
    pairs: rated.flatMap((first, i) =>
      rated.slice(i + 1).map((second, j) => ({
        first: first.rater.name,
        second: second.rater.name,
        dice: dice[i]?.[i + 1 + j] ?? 0,
      })),
    ),
    fleissKappa: votes.length < 2 ? null : fleissKappa(votes, classes),
    krippendorffAlpha: votes.length < 2 ? null : krippendorffAlpha(votes, classes),
  };
}

/** A mean over the images in which there is a value. */
export interface MeanOverImages {
  readonly mean: number | null;
  readonly images: number;
}

export interface Agreement {
  readonly pairs: readonly (PairDice & { readonly images: number })[];
  readonly fleissKappa: MeanOverImages;
  readonly krippendorffAlpha: MeanOverImages;
}

/** The means over the images. */
export function meanAgreement(agreements: readonly ImageAgreement[]): Agreement {
  const pairs = new Map<string, PairDice[]>();
  for (const pair of agreements.flatMap((agreement) => agreement.pairs)) {
    const key = JSON.stringify([pair.first, pair.second]);
    pairs.set(key, [...(pairs.get(key) ?? []), pair]);
  }
  const over = (values: readonly (number | null)[]): MeanOverImages => {
    const known = values.filter((value) => value !== null);
    return { mean: mean(known), images: known.length };
  };
  return {
    pairs: [...pairs.values()].flatMap((same) => {
      const [one] = same;
      const dice = mean(same.map((pair) => pair.dice));
      return one === undefined || dice === null ? [] : [{ ...one, dice, images: same.length }];
    }),
    fleissKappa: over(agreements.map((agreement) => agreement.fleissKappa)),
    krippendorffAlpha: over(agreements.map((agreement) => agreement.krippendorffAlpha)),
  };
}
