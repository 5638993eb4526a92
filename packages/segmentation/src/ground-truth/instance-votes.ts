import type { RejectedObject } from './instance-consensus.js';
import type { Cell } from './instance-division.js';
import type { Drawings } from './instance-drawings.js';

/** A cell as seen by the raters who agree on it: for each of them the regions that the rater marked. */
export type SeenCell = ReadonlyMap<number, readonly number[]>;

interface Candidate {
  readonly seen: SeenCell;
  /** The regions that at least half of those who were asked marked, which decided who saw it. */
  readonly shape: readonly number[];
}

/**
 * Lets the raters vote on which possible cells exist. What was drawn at a rejected cell, or at an accepted
 * one by raters who drew something else there, is reported; a variant of an accepted object is not.
 *
 * @param needed the number of raters that must have seen a cell
 */
export function voteOnCells(
  drawings: Drawings,
  cells: readonly Cell[],
  matchIou: number,
  needed: number,
): { accepted: SeenCell[]; rejected: RejectedObject[] } {
  const accepted: SeenCell[] = [];
  const rejected: RejectedObject[] = [];
  for (const cell of cells) {
    const candidates = candidatesFor(drawings, cell, matchIou);
    const best = candidates.reduce((a, b) => (b.seen.size > a.seen.size ? b : a));
    const winner = best.seen.size >= needed ? best : undefined;
    if (winner !== undefined) accepted.push(winner.seen);
    for (const candidate of candidates) {
      if (candidate === winner) continue;
      if (winner !== undefined && isVariant(drawings, candidate.shape, winner.shape)) continue;
      rejected.push(describe(drawings, candidate));
    }
  }
  rejected.sort((a, b) => a.row - b.row || a.column - b.column);
  return { accepted, rejected };
}

/** Groups the raters by what they agree on: first the common shape, then what the others drew instead. */
function candidatesFor(drawings: Drawings, cell: Cell, matchIou: number): Candidate[] {
  const candidates: Candidate[] = [];
  let asked = [...cell].sort(([a], [b]) => a - b);
  while (asked.length > 0) {
    const sees = (shape: readonly number[]) =>
      asked.filter(([, marked]) => iou(drawings, marked, shape) >= matchIou);
    let shape: readonly number[] = commonRegions(asked.map(([, marked]) => marked));
    let seen = sees(shape);
    if (seen.length === 0) {
      shape = largest(
        drawings,
        asked.map(([, marked]) => marked),
      );
      seen = sees(shape);
    }
    candidates.push({ seen: new Map(seen), shape });
    asked = asked.filter((rater) => !seen.includes(rater));
  }
  return candidates;
}

/** The regions that at least half of the raters marked. */
function commonRegions(marked: readonly (readonly number[])[]): number[] {
  const counts = new Map<number, number>();
  for (const region of marked.flat()) counts.set(region, (counts.get(region) ?? 0) + 1);
  return [...counts].filter(([, count]) => 2 * count >= marked.length).map(([region]) => region);
}

function largest(drawings: Drawings, marked: readonly (readonly number[])[]): readonly number[] {
  return marked.reduce((a, b) => (areaOf(drawings, b) > areaOf(drawings, a) ? b : a));
}

function iou(drawings: Drawings, a: readonly number[], b: readonly number[]): number {
  const shared = sharedArea(drawings, a, b);
  return shared / (areaOf(drawings, a) + areaOf(drawings, b) - shared);
}

/** Whether at least half of a shape lies within another. */
function isVariant(drawings: Drawings, shape: readonly number[], other: readonly number[]): boolean {
  return 2 * sharedArea(drawings, shape, other) >= areaOf(drawings, shape);
}

function sharedArea(drawings: Drawings, a: readonly number[], b: readonly number[]): number {
  const others = new Set(b);
  return areaOf(
    drawings,
    a.filter((region) => others.has(region)),
  );
}

function areaOf({ regions }: Drawings, numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + (regions[number]?.area ?? 0), 0);
}

function describe(drawings: Drawings, { seen, shape }: Candidate): RejectedObject {
  const area = areaOf(drawings, shape);
  const mean = (key: 'rowSum' | 'columnSum') =>
    Math.round(shape.reduce((sum, number) => sum + (drawings.regions[number]?.[key] ?? 0), 0) / area);
  return { raters: [...seen.keys()], area, row: mean('rowSum'), column: mean('columnSum') };
}
