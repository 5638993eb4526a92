import { existsSync, readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { aggregatedJaccardIndex } from '../metrics/aji.js';
import { separateInstances } from './ridges.js';

const shared = new URL('../../../../../shared/', import.meta.url);
const expectedFile = new URL('fixtures/instances/expected.json', shared);
const present = existsSync(expectedFile) && existsSync(new URL('data/nuclei/labels', shared));
const pairs: Record<string, { aggregated_jaccard_index: number }> = present
  ? JSON.parse(readFileSync(expectedFile, 'utf8')).pairs
  : {};

function readLabels(path: string) {
  const { width, height, data } = decode(readFileSync(new URL(path, shared)));
  return { width, height, data: Uint32Array.from(data) };
}

describe.skipIf(!present)('nuclei (skipped without the shared data)', () => {
  it.each(Object.keys(pairs))('%s has deepFlash2’s ridges', (file) => {
    const expected = readLabels(`fixtures/instances/${file.replace('.png', '_separated.png')}`);
    const mask = separateInstances(readLabels(`data/nuclei/labels/${file}`));
    const different = mask.reduce((n, v, i) => n + Number(v !== Math.min(1, expected.data[i] ?? 2)), 0);
    expect(different).toBe(0);
  });

  it.each(Object.entries(pairs))('%s has cellpose’s aggregated Jaccard index', (file, expected) => {
    const prediction = readLabels(`fixtures/instances/${file.replace('.png', '_predicted.png')}`);
    const index = aggregatedJaccardIndex(prediction, readLabels(`data/nuclei/labels/${file}`));
    expect(index).toBeCloseTo(expected.aggregated_jaccard_index, 5);
  });
});

it('leaves an object alone as it is', () => {
  const labels = { width: 5, height: 1, data: Uint32Array.from([0, 3, 3, 0, 0]) };
  expect([...separateInstances(labels)]).toEqual([0, 1, 1, 0, 0]);
});

it.each([1.5, 2, 4, 6])('draws lines that an image reduced by %s keeps', (scale) => {
  const [width, height] = [60, 20];
  const data = Uint32Array.from({ length: width * height }, (_, i) => {
    const column = i % width;
    return i < width || i >= width * (height - 1) || column === 0 || column > 58 ? 0 : column < 30 ? 1 : 2;
  });
  const mask = separateInstances({ width, height, data }, scale);
  for (let offset = 1; offset < 1 + scale; offset += 0.25) {
    const seen: number[] = [];
    for (let column = offset; column < width - 2; column += scale) {
      seen.push(mask[10 * width + Math.round(column)] ?? 0);
    }
    expect(seen.join('')).toMatch(/^1+0+1+$/);
  }
});
