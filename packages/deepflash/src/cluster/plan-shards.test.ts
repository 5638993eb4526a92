import { expect, test } from 'vitest';
import { type ImageSize, planShards } from './plan-shards.js';

const network = { scale: 1, tileSize: 512 };
const image = (file: string, side: number): ImageSize => ({ file, size: { width: side, height: side } });
const small = Array.from({ length: 120 }, (_, index) => image(`${index}.png`, 1000));

test('small images come in lists, by their number or as many as were asked for', () => {
  const lengths = (shards?: number) => planShards(small, network, { shards }).lists.map((l) => l.length);
  expect(lengths()).toEqual([40, 40, 40]);
  expect(lengths(7)).toEqual([17, 17, 17, 17, 17, 17, 18]);
  expect(lengths(500)).toHaveLength(120);
});

test('a large image is cut where tasks are left, and its bands are all of it', () => {
  const plan = planShards([...small, image('huge.tif', 30_000)], network, { shards: 131 });
  expect(plan.lists.flat()).toHaveLength(120);
  expect(plan.bands.map(({ file, number, of }) => [file, number, of])).toEqual(
    Array.from({ length: 11 }, (_, index) => ['huge.tif', index + 1, 11]),
  );
  expect(plan.lists.length + plan.bands.length).toBe(131);
  const edges = plan.bands.flatMap(({ band }) => [band.first, band.end]);
  expect(edges[0]).toBe(0);
  for (let i = 1; i + 1 < edges.length; i += 2) expect(edges[i + 1]).toBe(edges[i]);

  expect(planShards([image('huge.tif', 30_000)], network, {}).bands).toHaveLength(9);
  expect(planShards([image('a', 30_000), image('b', 7000)], network, { shards: 12 })).toMatchObject({
    lists: [['b']],
    bands: { length: 10 },
  });
});

test.each([
  ['fewer tasks than images', { shards: 100 }],
  ['no bands', { bands: 1 }],
])('with %s none is cut', (_, asked) => {
  const plan = planShards([...small, image('huge.tif', 30_000)], network, asked);
  expect(plan.bands).toEqual([]);
  expect(plan.lists.flat()).toHaveLength(121);
});

test('every image is cut where that is asked for, and one that cannot be read is left to a task', () => {
  const plan = planShards([image('a.png', 2000), { file: 'b.png', size: undefined }], network, { bands: 3 });
  expect(plan.lists).toEqual([['b.png']]);
  expect(plan.bands.map(({ band }) => band)).toEqual([
    { first: 0, end: 3 },
    { first: 3, end: 6 },
    { first: 6, end: 9 },
  ]);
});
