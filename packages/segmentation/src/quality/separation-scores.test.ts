import { expect, test } from 'vitest';
import { chooseSeparation, type SeparationScore, separationScores } from './separation-scores.js';

const rows = ['1111122222', '1111122222', '1111122222', '1111122222', '1111122222'];
const truth = { width: 10, height: 5, count: 2, data: Uint32Array.from(rows.join(''), Number) };
const mask = { width: 10, height: 5, classes: 2, data: new Uint8Array(50).fill(1) };

test('a head that knows where objects touch scores higher than what goes by the shape', () => {
  // Deep in the middle of each half, and a boundary between them.
  const depth = [0.2, 0.6, 1, 0.6, 0.2, 0.2, 0.6, 1, 0.6, 0.2];
  const separation = new Float32Array(100);
  for (let i = 0; i < 50; i++) separation[i] = depth[i % 10] ?? 0;
  const scores = separationScores(mask, separation, truth);
  const choice = chooseSeparation([scores]);
  expect(choice?.way).toBe('learned');
  // One object in place of two is found at an IoU of 0.5, with one missed; not above.
  expect(choice?.scores.map(({ way, averagePrecision }) => [way, averagePrecision])).toEqual([
    ['components', expect.closeTo(0.05, 12)],
    ['watershed', expect.closeTo(0.05, 12)],
    ['learned', 1],
  ]);
});

test('the choice is that of the mean over the images', () => {
  const image = (learned: number, watershed: number): SeparationScore[] => [
    { way: 'components', value: null, averagePrecision: 0.1 },
    { way: 'watershed', value: 1, averagePrecision: watershed },
    { way: 'watershed', value: 2, averagePrecision: watershed / 2 },
    { way: 'learned', value: 0.1, averagePrecision: learned },
  ];
  expect(chooseSeparation([image(0.9, 0.6), image(0.2, 0.6)])).toMatchObject({
    way: 'watershed',
    depth: 1,
    prominence: 0.1,
  });
  expect(chooseSeparation([])).toBeUndefined();
});
