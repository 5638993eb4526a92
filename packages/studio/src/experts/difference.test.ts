import { expect, test } from 'vitest';
import { differenceOf, methodBeside } from './difference.ts';

test('the ground truth is compared with a method other than its own, also where its own was tried before', () => {
  expect(methodBeside('staple', ['staple', 'majority'])).toBe('majority');
  expect(methodBeside('majority', ['staple', 'majority'])).toBe('staple');
  expect(methodBeside('staple', ['staple'])).toBeUndefined();
  expect(methodBeside(null, ['majority'])).toBe('majority');
});

test('a difference tells which pixels only one of two masks marks', () => {
  const look = { kind: 'classes', opacity: 1, shape: 'filled' } as const;
  const mask = (...data: readonly number[]) => ({
    ...look,
    width: 2,
    height: 2,
    data: Uint8Array.from(data),
  });
  const difference = differenceOf(mask(0, 1, 1, 1), mask(0, 1, 2, 0));
  expect([...(difference?.layer.data ?? [])]).toEqual([0, 0, 3, 1]);
  expect(difference?.only).toEqual({ first: 1, second: 0 });
});
