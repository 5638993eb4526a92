/**
 * Which of the marked regions are one cell? The partition on which the raters agree best, pixel pair by pixel pair:
 * each rater who marked both pixels says that they belong to one object or to two, and the partition to be found
 * keeps together what most say is together. It is the median partition in the sense of the Rand index, known as
 * correlation clustering (Bansal et al. 2004, doi:10.1023/B:MACH.0000033116.57574.95).
 *
 * Pairs of pixels make the vote one on borders, too: two raters who cut a cell along different lines agree on
 * neither of the cuts, so the cell stays whole. Slivers of borders drawn a little differently weigh little.
 *
 * Parts are joined greedily, those with the largest agreement first (Keuper et al. 2015, doi:10.1109/ICCV.2015.204).
 * Where the raters are divided, the shape decides: a cell is convex, two cells that touch have a waist.
 */
import type { Drawings } from './instance-drawings.js';
import { solidity } from './instance-solidity.js';

/** Regions taken together, a cell in the making. */
interface Part {
  readonly regions: readonly number[];
  /** The regions beside it. */
  readonly beside: ReadonlySet<number>;
  /** For each rater, how many pixels of the part belong to which of the rater's drawings. */
  readonly marks: readonly ReadonlyMap<number, number>[];
}

/** Two parts with a tie are one cell when they are together at least as convex as this. */
const CONVEX = 0.88;

/** The lead of a majority, in raters; less is a tie. Borders that differ by a pixel cost a majority of one some of its lead. */
const MAJORITY = 1 / 2;

/** Divides all regions into parts that most raters drew as one object. */
export function partitionRegions(drawings: Drawings): (readonly number[])[] {
  const beside = neighbours(drawings);
  return linkedRegions(drawings).flatMap((linked) => {
    const regions = linked.map((region) => partOf(drawings, region, beside));
    const agreed = agglomerate(regions, (a, b) => {
      const { lead, agreement } = voteOn(a, b);
      return lead >= MAJORITY && agreement > 0 ? agreement : undefined;
    });
    const settled = agglomerate(agreed, (a, b) => {
      const { lead, same } = voteOn(a, b);
      if (same === 0 || Math.abs(lead) >= MAJORITY) return undefined;
      const value = convexity(drawings, a, b);
      return value >= CONVEX ? value : undefined;
    });
    return settled.map((part) => part.regions);
  });
}

interface Vote {
  /** Raters for one object minus raters for two, each by the share of the pixel pairs that says so. */
  readonly lead: number;
  /** The same in pixel pairs, which are what the partition maximises. */
  readonly agreement: number;
  /** Pixel pairs that were drawn as one object. */
  readonly same: number;
}

function voteOn(a: Part, b: Part): Vote {
  let [lead, agreement, together] = [0, 0, 0];
  for (const [rater, marksA] of a.marks.entries()) {
    const marksB = b.marks[rater];
    if (marksA.size === 0 || marksB === undefined || marksB.size === 0) continue;
    let same = 0;
    for (const [drawing, pixels] of marksA) same += pixels * (marksB.get(drawing) ?? 0);
    const pairs = total(marksA) * total(marksB);
    lead += (2 * same) / pairs - 1;
    agreement += 2 * same - pairs;
    together += same;
  }
  return { lead, agreement, same: together };
}

function partOf({ regions, raters }: Drawings, number: number, beside: Neighbours): Part {
  const region = regions[number];
  const marks = Array.from({ length: raters }, (_, rater) => {
    const drawing = region?.drawings[rater] ?? -1;
    return new Map<number, number>(drawing < 0 ? [] : [[drawing, region?.area ?? 0]]);
  });
  return { regions: [number], marks, beside: beside[number] ?? new Set() };
}

/** For each region those that it touches, corners included. */
type Neighbours = readonly ReadonlySet<number>[];

function neighbours({ width, height, regions, regionAt }: Drawings): Neighbours {
  const beside = regions.map(() => new Set<number>());
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const pixel = row * width + column;
      const region = regionAt[pixel] as number;
      if (region === 0) continue;
      if (column + 1 < width) touch(region, regionAt[pixel + 1] as number);
      if (row + 1 === height) continue;
      touch(region, regionAt[pixel + width] as number);
      if (column > 0) touch(region, regionAt[pixel + width - 1] as number);
      if (column + 1 < width) touch(region, regionAt[pixel + width + 1] as number);
    }
  }
  return beside;

  function touch(region: number, other: number): void {
    if (other === 0 || other === region) return;
    beside[region - 1]?.add(other - 1);
    beside[other - 1]?.add(region - 1);
  }
}

/** Sets of regions that share drawings, directly or through others; nothing is to be joined between sets. */
function linkedRegions({ regions, list }: Drawings): number[][] {
  const left = new Set(regions.keys());
  const sets: number[][] = [];
  for (const start of regions.keys()) {
    if (!left.delete(start)) continue;
    const set = [start];
    const reached = new Set<number>();
    for (const region of set) {
      for (const drawing of regions[region]?.drawings ?? []) {
        if (drawing < 0 || reached.has(drawing)) continue;
        reached.add(drawing);
        for (const next of list[drawing]?.regions ?? []) if (left.delete(next)) set.push(next);
      }
    }
    sets.push(set.sort((a, b) => a - b));
  }
  return sets;
}

/** Joins the two parts that touch and have the highest score, again and again, until no pair has one. */
function agglomerate(start: readonly Part[], score: (a: Part, b: Part) => number | undefined): Part[] {
  interface Bond {
    readonly a: Part;
    readonly b: Part;
    readonly score: number;
  }
  const bond = (a: Part, b: Part): Bond[] => {
    const value = a.regions.some((region) => b.beside.has(region)) ? score(a, b) : undefined;
    return value === undefined ? [] : [{ a, b, score: value }];
  };
  const parts = new Set(start);
  let bonds = start.flatMap((a, i) => start.slice(i + 1).flatMap((b) => bond(a, b)));
  while (bonds.length > 0) {
    const { a, b } = bonds.reduce((best, next) => (next.score > best.score ? next : best));
    const together: Part = {
      regions: [...a.regions, ...b.regions],
      beside: new Set([...a.beside, ...b.beside]),
      marks: a.marks.map((marks, rater) => sumOf(marks, b.marks[rater] ?? new Map())),
    };
    parts.delete(a);
    parts.delete(b);
    bonds = bonds.filter((other) => ![other.a, other.b].some((part) => part === a || part === b));
    for (const part of parts) bonds.push(...bond(part, together));
    parts.add(together);
  }
  return [...parts];
}

/** How convex two parts are together, by what at least half of those who marked something there marked. */
function convexity(drawings: Drawings, a: Part, b: Part): number {
  const common = ({ regions, marks }: Part) => {
    const raters = marks.filter(({ size }) => size > 0).length;
    return regions.filter((number) => {
      const marked = drawings.regions[number]?.drawings.filter((drawing) => drawing >= 0) ?? [];
      return 2 * marked.length >= raters;
    });
  };
  return solidity(drawings, [...common(a), ...common(b)]);
}

function sumOf(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Map<number, number> {
  const sum = new Map(a);
  for (const [drawing, pixels] of b) sum.set(drawing, (sum.get(drawing) ?? 0) + pixels);
  return sum;
}

function total(marks: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const pixels of marks.values()) sum += pixels;
  return sum;
}
