/** What the consensus of an image says about those who marked it. */
import type { ConsensusObject, RejectedObject } from '@deepflash/segmentation';
import { type Account, accountOf, type LoneObject, loneObjects, marksOf, meanAccount } from './account.js';
import { agreementOf, type ImageAgreement } from './agreement.js';
import type { Consensus } from './consensus.js';
import type { Rater } from './expert-folders.js';
import type { Rated } from './read-image.js';

/** How a rater did on one image. */
export interface RaterOnImage {
  readonly rater: Rater;
  readonly account: Account;
  /** Objects that no (other) expert marked. */
  readonly lone: readonly LoneObject[];
  /** What STAPLE estimates: `[label given][true class]`, the rows of labels that the rater can give; null without it. */
  readonly confusion: readonly (readonly number[])[] | null;
}

/** What came of one image. */
export interface ConsensusImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** How many masks entered the consensus; where it is one, the mask is its copy. */
  readonly voters: number;
  readonly undecidedPixels: number;
  readonly objects: number;
  readonly raters: readonly RaterOnImage[];
  readonly agreement: ImageAgreement;
  readonly staple: { readonly iterations: number; readonly converged: boolean } | null;
  /** Null without instances, and where one mask is copied. */
  readonly votes: ObjectVotes | null;
}

/** How the raters voted on the objects of an image. */
export interface ObjectVotes {
  readonly objects: readonly (ConsensusObject & { readonly seenBy: readonly string[] })[];
  /** What too few raters saw. */
  readonly rejected: readonly (RejectedObject & { readonly seenBy: readonly string[] })[];
}

/** A rater over all images. */
export interface RaterSummary {
  readonly name: string;
  readonly kind: Rater['kind'];
  /** Images that this rater marked. */
  readonly images: number;
  /** Means over the images that others marked too; null where there is none. */
  readonly account: Account | null;
  readonly loneObjects: number;
}

/** What the consensus of an image says about the raters. */
export function examined(
  name: string,
  rated: readonly Rated[],
  voters: readonly Rated[],
  consensus: Consensus,
): ConsensusImage {
  const { width, height, undecidedPixels, staple, classes } = consensus;
  const marks = marksOf(rated.filter(({ rater }) => rater.kind === 'expert').map(({ mask }) => mask));
  const objects = consensus.objects;
  const raters = rated.map(({ rater, mask }) => {
    const place = voters.findIndex((voter) => voter.rater === rater);
    return {
      rater,
      account: accountOf(mask, consensus, objects),
      // Of an image that nobody else marked, everything would be his alone.
      lone: voters.length < 2 ? [] : loneObjects(mask.objects, marks, rater.kind === 'expert' ? 1 : 0),
      confusion: staple?.confusion[place]?.slice(0, classes) ?? null,
    };
  });
  return {
    name,
    width,
    height,
    voters: voters.length,
    undecidedPixels,
    objects: new Set(objects.data).size - (objects.data.includes(0) ? 1 : 0),
    raters,
    agreement: agreementOf(rated, voters, classes),
    staple: staple && { iterations: staple.iterations, converged: staple.converged },
    votes: consensus.votes && {
      objects: consensus.votes.objects.map((object) => ({
        ...object,
        seenBy: namesOf(object.raters, voters),
      })),
      rejected: consensus.votes.rejected.map((object) => ({
        ...object,
        seenBy: namesOf(object.raters, voters),
      })),
    },
  };
}

function namesOf(places: readonly number[], voters: readonly Rated[]): string[] {
  return places.flatMap((place) => voters[place]?.rater.name ?? []);
}

/** A rater over all images. Alone with an image, an expert agrees with himself: such images are left out of the means. */
export function summaryOf(rater: Rater, images: readonly ConsensusImage[]): RaterSummary {
  const own = images.flatMap((image) => {
    const found = image.raters.find((one) => one.rater === rater);
    return found === undefined ? [] : [{ ...found, voters: image.voters }];
  });
  const judged = own.filter(({ voters }) => rater.kind === 'model' || voters > 1);
  return {
    name: rater.name,
    kind: rater.kind,
    images: own.length,
    account: meanAccount(judged.map(({ account }) => account)),
    loneObjects: own.reduce((sum, { lone }) => sum + lone.length, 0),
  };
}
