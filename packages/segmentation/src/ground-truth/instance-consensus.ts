/**
 * One set of objects from the objects of several raters. Pixel-wise votes such as STAPLE on the foreground
 * merge touching cells as soon as the raters' borders between them differ by a pixel, and a single rater who
 * draws two cells as one closes the gap between them. Here the raters vote on objects, in four steps:
 *
 * 1. Division: which parts of the marked area are one cell? Two parts are joined when more raters drew them
 *    as one object than as two, and in a tie when together they are convex (`instance-partition.ts`). A rater
 *    who split a cell then has said the union of the splits about it, one who merged cells has said of each
 *    cell his share of the merged object (`instance-division.ts`).
 * 2. Existence: raters whose drawing agrees with what most drew (IoU of `matchIou`) have seen the cell, and
 *    it needs a quorum of them (`instance-votes.ts`).
 * 3. Shape: binary STAPLE (Warfield et al. 2004) in the neighbourhood of the cell, over the raters who saw it.
 * 4. Where neighbours overlap, the higher posterior wins, and of each cell the largest connected part stays
 *    (`instance-shapes.ts`).
 */

import type { LabelImage } from '../metrics/objects.js';
import { divideIntoCells } from './instance-division.js';
import { drawingsOf } from './instance-drawings.js';
import { cellShapes } from './instance-shapes.js';
import { voteOnCells } from './instance-votes.js';

export interface InstanceConsensusOptions {
  /**
   * A rater has seen an object when the IoU of what the rater drew there with what at least half of those
   * who drew something there marked is not below this. 0.5 unless given.
   */
  readonly matchIou?: number;
  /**
   * The share of all raters that must have seen an object, above 0 and at most 1. When not given, more than
   * half of the raters must have seen it, so a tie (2 of 4) is a rejection; 0.5 keeps objects with a tie.
   */
  readonly quorum?: number;
}

export interface ConsensusObject {
  readonly label: number;
  /** The number of raters that saw it, in one piece or in several or merged with a neighbour. */
  readonly votes: number;
  /** Their positions in the list of raters, ascending. */
  readonly raters: readonly number[];
  /** In pixels. */
  readonly area: number;
}

export interface RejectedObject {
  /** The raters that saw it, as positions in the list of raters, ascending. */
  readonly raters: readonly number[];
  /** In pixels, of what at least half of them marked. */
  readonly area: number;
  /** The centre of gravity, to the nearest pixel. */
  readonly row: number;
  readonly column: number;
}

export interface InstanceConsensus {
  /** 0 is background; objects are 1..n in the order in which their first pixels come row by row. */
  readonly labels: LabelImage;
  readonly objects: readonly ConsensusObject[];
  /** What was drawn but seen by too few, from top to bottom and left to right. */
  readonly rejected: readonly RejectedObject[];
}

/**
 * The objects on which most raters agree.
 *
 * Ties: parts that as many raters drew as one object as drew as two are one cell when they are convex together,
 * else two; for objects see `quorum`. Consensus objects are connected
 * (corners count), so identical raters give their own labels back, in raster order, if theirs are.
 *
 * @param raters The objects of each rater in the same image; labels may have gaps and need not correspond.
 * @throws RangeError when there are no raters, their images differ in size or an option is out of range.
 */
export function instanceConsensus(
  raters: readonly LabelImage[],
  { matchIou = 0.5, quorum }: InstanceConsensusOptions = {},
): InstanceConsensus {
  checkShare('matchIou', matchIou);
  if (quorum !== undefined) checkShare('quorum', quorum);
  const needed =
    quorum === undefined ? Math.floor(raters.length / 2) + 1 : Math.ceil(quorum * raters.length - 1e-9);
  const drawings = drawingsOf(raters);
  const { accepted, rejected } = voteOnCells(drawings, divideIntoCells(drawings), matchIou, needed);
  const { labels, objects } = cellShapes(drawings, accepted);
  return { labels, objects, rejected };
}

function checkShare(name: string, value: number): void {
  if (!(value > 0 && value <= 1)) {
    throw new RangeError(`${name} must be above 0 and at most 1, not ${value}.`);
  }
}
