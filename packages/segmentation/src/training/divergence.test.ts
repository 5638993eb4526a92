import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lossWatch } from './divergence.js';

function watched(losses: readonly number[]): void {
  const watch = lossWatch(1e-3);
  losses.forEach((loss, index) => {
    watch(index + 1, loss);
  });
}

test('a loss that is no number stops at once with settings that help', () => {
  expect(() => watched([1, Number.NaN])).toThrow(
    /failed at step 2: the loss is no number any more\. .* learningRate below 0\.001, such as 0\.0003, or with gradientClip 1/,
  );
});

test('a loss that grows and grows stops', () => {
  const losses = Array.from({ length: 100 }, (_, step) => 1.05 ** step);
  expect(() => watched(losses)).toThrow(/failed at step \d+: the loss has grown from 1\.3 to 5\./);
});

test('losses that stay where they began never stop it, and a single large one does not', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.5, max: 1.9, noNaN: true }), { minLength: 12 }), (losses) => {
      expect(() => watched([...losses, 10, ...losses])).not.toThrow();
    }),
  );
});
