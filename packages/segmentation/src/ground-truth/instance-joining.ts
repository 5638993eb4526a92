import type { Drawings } from './instance-drawings.js';

/** A growing part of a cell. */
interface Part {
  readonly regions: number[];
  /** For each rater, how many pixels of the part belong to which of the rater's drawings. */
  readonly marks: readonly Map<number, number>[];
}

/** Two parts that more raters drew as one object than as two. */
interface Bond {
  readonly a: Part;
  readonly b: Part;
  /** Raters for one object minus raters for two. */
  readonly lead: number;
  readonly same: number;
  readonly pixels: number;
}

/**
 * Joins regions that most raters drew as one object, those with the largest majorities first.
 *
 * A rater has a vote on two parts when the rater marked something in both; the vote is for one object when
 * two pixels, one taken at random from what the rater marked in each part, are more often than not of the
 * same drawing. Majorities need not be transitive (A and B one object, B and C too, but A and C two), so no
 * two parts are joined that hold two `centres` that most raters drew apart.
 *
 * @param regions the regions to join
 * @param centres the regions that are the largest of a drawing, and thus stand for a possible cell
 * @returns groups of regions
 */
export function joinRegions(
  drawings: Drawings,
  regions: readonly number[],
  centres: ReadonlySet<number>,
): number[][] {
  const parts = new Map<number, Part>(regions.map((region) => [region, partOf(drawings, region)]));
  const groups: number[][] = [];
  for (const linked of linkedRegions(drawings, regions)) {
    const members = linked.flatMap((region) => parts.get(region) ?? []);
    const apart = centresApart(members, centres);
    for (const part of joinParts(members, apart)) groups.push(part.regions);
  }
  return groups;
}

function partOf({ regions, raters }: Drawings, number: number): Part {
  const region = regions[number];
  const marks = Array.from({ length: raters }, (_, rater) => {
    const drawing = region?.drawings[rater] ?? -1;
    return new Map<number, number>(drawing < 0 ? [] : [[drawing, region?.area ?? 0]]);
  });
  return { regions: [number], marks };
}

/** Sets of regions that share drawings, directly or through others; nothing is to be joined between sets. */
function linkedRegions({ regions, list }: Drawings, chosen: readonly number[]): number[][] {
  const left = new Set(chosen);
  const sets: number[][] = [];
  for (const start of chosen) {
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

function joinParts(start: readonly Part[], apart: ReadonlyMap<number, ReadonlySet<number>>): Part[] {
  const parts = new Set(start);
  let bonds = start.flatMap((a, i) => start.slice(i + 1).flatMap((b) => bondOf(a, b, apart) ?? []));
  while (bonds.length > 0) {
    const { a, b } = bonds.reduce((best, bond) => (isStronger(bond, best) ? bond : best));
    const joined: Part = {
      regions: [...a.regions, ...b.regions],
      marks: a.marks.map((marks, rater) => sumOf(marks, b.marks[rater] ?? new Map())),
    };
    parts.delete(a);
    parts.delete(b);
    bonds = bonds.filter((bond) => bond.a !== a && bond.a !== b && bond.b !== a && bond.b !== b);
    for (const part of parts) bonds.push(...(bondOf(part, joined, apart) ?? []));
    parts.add(joined);
  }
  return [...parts];
}

function bondOf(a: Part, b: Part, apart: ReadonlyMap<number, ReadonlySet<number>>): [Bond] | undefined {
  const { same, different } = votesOn(a, b);
  if (same <= different) return undefined;
  if (a.regions.some((region) => b.regions.some((other) => apart.get(region)?.has(other)))) return undefined;
  return [{ a, b, lead: same - different, same, pixels: Math.min(sizeOf(a), sizeOf(b)) }];
}

function votesOn(a: Part, b: Part): { same: number; different: number } {
  let same = 0;
  let different = 0;
  for (const [rater, marksA] of a.marks.entries()) {
    const marksB = b.marks[rater];
    if (marksA.size === 0 || marksB === undefined || marksB.size === 0) continue;
    let shared = 0;
    for (const [drawing, pixels] of marksA) shared += pixels * (marksB.get(drawing) ?? 0);
    if (2 * shared > total(marksA) * total(marksB)) same++;
    else different++;
  }
  return { same, different };
}

/** For each centre those that more raters drew apart from it than as one object with it. */
function centresApart(parts: readonly Part[], centres: ReadonlySet<number>): Map<number, Set<number>> {
  const candidates = parts.filter((part) => centres.has(part.regions[0] ?? -1));
  const apart = new Map<number, Set<number>>();
  for (const a of candidates) {
    const others = candidates.filter((b) => {
      const { same, different } = votesOn(a, b);
      return a !== b && different > same;
    });
    apart.set(a.regions[0] ?? -1, new Set(others.flatMap((b) => b.regions)));
  }
  return apart;
}

function isStronger(a: Bond, b: Bond): boolean {
  if (a.lead !== b.lead) return a.lead > b.lead;
  if (a.same !== b.same) return a.same > b.same;
  return a.pixels > b.pixels;
}

function sumOf(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Map<number, number> {
  const sum = new Map(a);
  for (const [drawing, pixels] of b) sum.set(drawing, (sum.get(drawing) ?? 0) + pixels);
  return sum;
}

function sizeOf({ marks }: Part): number {
  return Math.max(...marks.map(total));
}

function total(marks: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const pixels of marks.values()) sum += pixels;
  return sum;
}
