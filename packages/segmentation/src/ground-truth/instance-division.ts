import type { Drawings } from './instance-drawings.js';
import { partitionRegions } from './instance-partition.js';

/** A possible cell: for each rater who marked it the regions that the rater marked as belonging to it. */
export type Cell = ReadonlyMap<number, readonly number[]>;

/** For each drawing the possible cells that it shares pixels with, and how many. */
type Shares = readonly ReadonlyMap<number, number>[];

/**
 * Divides what the raters marked into possible cells: each part as most raters have it. Slivers, which come
 * from borders drawn a little differently, follow the drawings that they belong to. A drawing speaks of the cell that it mainly consists of, and of
 * every other cell of which it covers at least half: it then has merged them, and speaks of each cell only
 * in that cell's part. A cell may hold several drawings of one rater, who then has split it.
 */
export function divideIntoCells(drawings: Drawings): Cell[] {
  const cellOf = new Int32Array(drawings.regions.length).fill(-1);
  for (const [cell, regions] of partitionRegions(drawings).entries()) {
    for (const region of regions) cellOf[region] = cell;
  }
  dropUnclaimed(drawings, cellOf);
  assignSlivers(drawings, cellOf);
  return statementsOn(drawings, cellOf);
}

/** A cell that is not the main part of anybody's drawing is no cell but a large sliver. */
function dropUnclaimed(drawings: Drawings, cellOf: Int32Array): void {
  const claimed = new Set(sharesOf(drawings, cellOf).map(largestShare));
  for (const [region, cell] of cellOf.entries()) if (!claimed.has(cell)) cellOf[region] = -1;
}

/** Gives each region without a cell to the one to which its drawings belong for the largest part. */
function assignSlivers(drawings: Drawings, cellOf: Int32Array): void {
  const shares = sharesOf(drawings, cellOf);
  for (const [number, region] of drawings.regions.entries()) {
    if (cellOf[number] !== -1) continue;
    const scores = new Map<number, number>();
    for (const drawing of region.drawings) {
      const cells = shares[drawing] ?? new Map<number, number>();
      const all = [...cells.values()].reduce((sum, pixels) => sum + pixels, 0);
      for (const [cell, pixels] of cells) scores.set(cell, (scores.get(cell) ?? 0) + pixels / all);
    }
    cellOf[number] = largestShare(scores);
  }
}

function statementsOn(drawings: Drawings, cellOf: Int32Array): Cell[] {
  const cellArea = new Map<number, number>();
  for (const [region, cell] of cellOf.entries()) {
    cellArea.set(cell, (cellArea.get(cell) ?? 0) + (drawings.regions[region]?.area ?? 0));
  }
  const cells = new Map<number, Map<number, number[]>>();
  for (const [drawing, share] of sharesOf(drawings, cellOf).entries()) {
    const main = largestShare(share);
    const covered = new Set([main]);
    for (const [cell, pixels] of share) if (2 * pixels >= (cellArea.get(cell) ?? 0)) covered.add(cell);
    const { rater, regions } = drawings.list[drawing] ?? { rater: 0, regions: [] };
    for (const region of regions) {
      const cell = covered.size === 1 ? main : (cellOf[region] ?? -1);
      if (!covered.has(cell)) continue;
      const statements = cells.get(cell) ?? new Map<number, number[]>();
      cells.set(cell, statements);
      const marked = statements.get(rater) ?? [];
      statements.set(rater, marked);
      marked.push(region);
    }
  }
  return [...cells].sort(([a], [b]) => a - b).map(([, statements]) => statements);
}

function sharesOf({ list, regions }: Drawings, cellOf: Int32Array): Shares {
  return list.map((drawing) => {
    const share = new Map<number, number>();
    for (const region of drawing.regions) {
      const cell = cellOf[region] ?? -1;
      if (cell >= 0) share.set(cell, (share.get(cell) ?? 0) + (regions[region]?.area ?? 0));
    }
    return share;
  });
}

/** The first of the cells with the largest share. */
function largestShare(share: ReadonlyMap<number, number>): number {
  let best = -1;
  let largest = 0;
  for (const [cell, pixels] of share) {
    if (pixels > largest || (pixels === largest && cell < best)) {
      best = cell;
      largest = pixels;
    }
  }
  return best;
}
