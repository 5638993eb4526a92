import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRandom, type Random } from '@deepflash/engine';
import { connectedComponents } from '@deepflash/imaging';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { type LabelImage, matchObjects, objectOverlaps } from '../metrics/objects.js';
import { instanceConsensus } from './instance-consensus.js';
import { staple } from './staple.js';

const folder = new URL('../../../../../shared/data/nuclei/labels/', import.meta.url);
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.png')) : [];

describe.skipIf(names.length === 0)('nuclei of three experts (skipped without the shared data)', () => {
  it('have a higher average precision than STAPLE followed by connected components', () => {
    const byObjects = { matched: 0, all: 0 };
    const byPixels = { matched: 0, all: 0 };
    for (const name of names) {
      const truth = readLabels(new URL(name, folder));
      const experts = [0, 1, 2].map((expert) => expertOpinion(truth, createRandom(name, expert)));
      count(byObjects, instanceConsensus(experts).labels, truth);
      count(byPixels, foregroundConsensus(experts), truth);
    }
    const objects = byObjects.matched / byObjects.all;
    const pixels = byPixels.matched / byPixels.all;
    expect(objects).toBeGreaterThan(pixels + 0.05);
  });
});

function readLabels(file: URL): LabelImage {
  const { width, height, data } = decode(readFileSync(file));
  return { width, height, data: Uint32Array.from(data) };
}

/** Sums up the terms of the average precision at an IoU of 0.5. */
function count(sums: { matched: number; all: number }, labels: LabelImage, truth: LabelImage): void {
  const overlaps = objectOverlaps(labels, truth);
  const matched = matchObjects(overlaps, 0.5).length;
  sums.matched += matched;
  sums.all += overlaps.predicted.length + overlaps.truth.length - matched;
}

function foregroundConsensus(experts: readonly LabelImage[]): LabelImage {
  const foregrounds = experts.map(({ data }) => Uint8Array.from(data, (label) => Math.min(label, 1)));
  const { mask } = staple(foregrounds, { classes: 2, undecided: 0 });
  const { width, height } = experts[0] ?? { width: 0, height: 0 };
  return connectedComponents({ width, height, data: mask }, 4);
}

/**
 * An expert draws three in ten pairs of touching nuclei as one, cuts one in ten of the touching nuclei in
 * two, moves everything by up to a pixel, and draws half of the objects smaller by one.
 */
function expertOpinion(truth: LabelImage, random: Random): LabelImage {
  const objects = mergedAndSplit(truth, random);
  const eroded = new Map([...new Set(objects.data)].map((label) => [label, random.next() < 0.5]));
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

function mergedAndSplit(truth: LabelImage, random: Random): LabelImage {
  const pairs = touchingPairs(truth);
  const merged = new Map<number, number>(
    pairs.flatMap(([a, b]) => [
      [a, a],
      [b, b],
    ]),
  );
  const cuts = new Map(
    [...merged.keys()].filter(() => random.next() < 0.1).map((label) => [label, random.next()]),
  );
  for (const [a, b] of pairs) {
    if (random.next() >= 0.3) continue;
    const from = merged.get(a);
    for (const [label, name] of merged) if (name === from) merged.set(label, merged.get(b) ?? b);
  }
  const centres = centresOf(truth);
  const data = truth.data.map((label, i) => {
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
