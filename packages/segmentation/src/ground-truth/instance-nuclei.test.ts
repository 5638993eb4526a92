import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRandom, type Random } from '@deepflash/engine';
import { connectedComponents } from '@deepflash/imaging';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { type LabelImage, matchObjects, objectOverlaps } from '../metrics/objects.js';
import { instanceConsensus } from './instance-consensus.js';
import { separateInstances } from './ridges.js';
import { staple } from './staple.js';

const folder = new URL('../../../../../shared/data/nuclei/labels/', import.meta.url);
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.png')) : [];
const truths = names.map((name) => ({ name, ...surveyed(readLabels(new URL(name, folder))) }));

/** How experts differ from the truth, as probabilities for each object or pair of touching objects. */
interface Habits {
  /** Two touching nuclei are drawn as one. */
  readonly merge: number;
  /** A nucleus that touches another is cut in two, along a random line. */
  readonly cutTouching: number;
  /** So is any other nucleus. */
  readonly cutAlone: number;
  readonly overlook: number;
  /** An object is drawn smaller by a pixel all around. */
  readonly erode: number;
}

describe.skipIf(truths.length === 0).each<[string, Habits, number]>([
  [
    'split or merge touching nuclei',
    { merge: 0.3, cutTouching: 0.1, cutAlone: 0, overlook: 0, erode: 0.5 },
    0.02,
  ],
  [
    'often split or merge touching nuclei',
    { merge: 0.5, cutTouching: 0.3, cutAlone: 0, overlook: 0, erode: 0 },
    0.02,
  ],
  [
    'split any nuclei and overlook some',
    { merge: 0.3, cutTouching: 0.2, cutAlone: 0.2, overlook: 0.1, erode: 0.5 },
    0.02,
  ],
])('nuclei of three experts who %s (skipped without the shared data)', (_, habits, ahead) => {
  it('have a higher average precision than connected components of STAPLE, with and without ridges', () => {
    const sums = { objects: newCount(), foreground: newCount(), ridges: newCount() };
    for (const survey of truths) {
      const { name, truth } = survey;
      const experts = [0, 1, 2].map((expert) => expertOpinion(survey, habits, createRandom(name, expert)));
      count(sums.objects, instanceConsensus(experts).labels, truth);
      const foregrounds = experts.map(({ data }) => Uint8Array.from(data, (label) => Math.min(label, 1)));
      count(sums.foreground, consensusComponents(foregrounds, truth), truth);
      count(sums.ridges, consensusComponents(experts.map(separateInstances), truth), truth);
    }
    expect(precision(sums.objects)).toBeGreaterThan(precision(sums.foreground) + ahead);
    expect(precision(sums.objects)).toBeGreaterThan(precision(sums.ridges));
  });
});

interface Count {
  matched: number;
  all: number;
}

function newCount(): Count {
  return { matched: 0, all: 0 };
}

function precision({ matched, all }: Count): number {
  return matched / all;
}

function readLabels(file: URL): LabelImage {
  const { width, height, data } = decode(readFileSync(file));
  return { width, height, data: Uint32Array.from(data) };
}

/** Sums up the terms of the average precision at an IoU of 0.5. */
function count(sums: Count, labels: LabelImage, truth: LabelImage): void {
  const overlaps = objectOverlaps(labels, truth);
  const matched = matchObjects(overlaps, 0.5).length;
  sums.matched += matched;
  sums.all += overlaps.predicted.length + overlaps.truth.length - matched;
}

function consensusComponents(masks: readonly Uint8Array[], { width, height }: LabelImage): LabelImage {
  const { mask } = staple(masks, { classes: 2, undecided: 0 });
  return connectedComponents({ width, height, data: mask }, 4);
}

/** True objects, and what the habits of all experts need to know of them. */
interface Survey {
  readonly truth: LabelImage;
  readonly labels: readonly number[];
  readonly touching: readonly (readonly [number, number])[];
  readonly centres: ReadonlyMap<number, readonly [row: number, column: number]>;
}

function surveyed(truth: LabelImage): Survey {
  const labels = [...new Set(truth.data)].filter((label) => label > 0);
  return { truth, labels, touching: touchingPairs(truth), centres: centresOf(truth) };
}

/** What an expert with these habits draws, everything moved by up to a pixel. */
function expertOpinion(survey: Survey, habits: Habits, random: Random): LabelImage {
  const { truth } = survey;
  const objects = mergedAndSplit(survey, habits, random);
  const eroded = new Map([...new Set(objects.data)].map((label) => [label, random.next() < habits.erode]));
  const rows = random.integer(3) - 1;
  const columns = random.integer(3) - 1;
  const data = objects.data.map((_, i) => {
    const row = Math.floor(i / truth.width) + rows;
    const column = (i % truth.width) + columns;
    const label = labelAt(objects, row, column);
    return eroded.get(label) && isBorder(objects, row, column) ? 0 : label;
  });
  return { ...truth, data };
}

function mergedAndSplit(survey: Survey, habits: Habits, random: Random): LabelImage {
  const { truth, labels, touching: pairs, centres } = survey;
  const touching = new Set(pairs.flat());
  const merged = new Map<number, number>(labels.map((label) => [label, label]));
  const cuts = new Map<number, number>();
  const overlooked = new Set<number>();
  for (const label of labels) {
    if (random.next() < (touching.has(label) ? habits.cutTouching : habits.cutAlone)) {
      cuts.set(label, random.next());
    }
    if (random.next() < habits.overlook) overlooked.add(label);
  }
  for (const [a, b] of pairs) {
    if (random.next() >= habits.merge) continue;
    const from = merged.get(a);
    for (const [label, name] of merged) if (name === from) merged.set(label, merged.get(b) ?? b);
  }
  const data = truth.data.map((label, i) => {
    if (overlooked.has(label)) return 0;
    const name = 2 * (merged.get(label) ?? label);
    const cut = cuts.get(label);
    const [row, column] = centres.get(label) ?? [0, 0];
    if (cut === undefined) return name;
    const angle = cut * Math.PI;
    const side =
      (Math.floor(i / truth.width) - row) * Math.cos(angle) + ((i % truth.width) - column) * Math.sin(angle);
    return side > 0 ? name + 1 : name;
  });
  return { ...truth, data };
}

function labelAt({ width, height, data }: LabelImage, row: number, column: number): number {
  return row < 0 || column < 0 || row >= height || column >= width
    ? 0
    : (data[row * width + column] as number);
}

function isBorder(image: LabelImage, row: number, column: number): boolean {
  return neighbours(image, row, column).some((label) => label !== labelAt(image, row, column));
}

function touchingPairs(image: LabelImage): [number, number][] {
  const pairs = new Map<string, [number, number]>();
  for (const [i, label] of image.data.entries()) {
    for (const other of neighbours(image, Math.floor(i / image.width), i % image.width)) {
      if (label > 0 && other > label) pairs.set(`${label} ${other}`, [label, other]);
    }
  }
  return [...pairs.values()];
}

function neighbours(image: LabelImage, row: number, column: number): number[] {
  return [
    labelAt(image, row - 1, column),
    labelAt(image, row + 1, column),
    labelAt(image, row, column - 1),
    labelAt(image, row, column + 1),
  ];
}

function centresOf({ width, data }: LabelImage): Map<number, [row: number, column: number]> {
  const sums = new Map<number, [rows: number, columns: number, pixels: number]>();
  for (const [i, label] of data.entries()) {
    if (label === 0) continue;
    const [rows, columns, pixels] = sums.get(label) ?? [0, 0, 0];
    sums.set(label, [rows + Math.floor(i / width), columns + (i % width), pixels + 1]);
  }
  return new Map(
    [...sums].map(([label, [rows, columns, pixels]]) => [label, [rows / pixels, columns / pixels]]),
  );
}
