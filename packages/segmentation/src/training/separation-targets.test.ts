import { expect, test } from 'vitest';
import { separationTargets } from './separation-targets.js';

const rows = ['11112222', '11112222', '11112222', '00000000', '00000000', '00000000', '00330000'];
const labels = Uint32Array.from(rows.join(''), Number);
const [width, height] = [8, 7];
const planes = { channels: 1, width, height, data: new Float32Array(labels.length) };
const mask = { width, height, classes: 2, data: Uint8Array.from(labels, (label) => Math.min(label, 1)) };
const image = { name: 'a', planes, mask };

test('numbered objects have a middle each, and a boundary where they touch', () => {
  const { data, channels } = separationTargets(
    { ...image, objects: { width, height, count: 3, data: labels } },
    1,
  );
  expect(channels).toBe(2);
  const distance = data.subarray(0, labels.length);
  const boundary = data.subarray(labels.length);
  // Behind the border of the picture objects go on, so the left one is deepest in its corner.
  expect([...distance.subarray(0, 8)].map((value) => Number(value.toFixed(2)))).toEqual([
    ...[1, 1, 0.67, 0.33, 0.33, 0.67, 1, 1],
  ]);
  expect([...boundary.subarray(0, 8)]).toEqual([0, 0, 1, 1, 1, 1, 0, 0]);
  expect(distance[6 * width + 2]).toBe(1);
  expect([...boundary.subarray(5 * width)].every((value) => value === 0)).toBe(true);
});

test('without numbers, what touches is one object', () => {
  const { data } = separationTargets(image, 1);
  const distance = data.subarray(0, labels.length);
  expect(distance[3]).toBe(1);
  expect([...data.subarray(labels.length, labels.length + 3 * width)].every((value) => value === 0)).toBe(
    true,
  );
});
