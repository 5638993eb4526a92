import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LossCourse, NO_LOSSES, watchLoss } from './divergence.js';

function watched(losses: readonly number[], before: LossCourse | null = NO_LOSSES): LossCourse | null {
  const step = (before?.seen ?? 0) + 1;
  return losses.reduce(
    (course, loss, index) => watchLoss(course, { step: step + index, loss, learningRate: 1e-3 }),
    before,
  );
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

test('a training that was interrupted is judged as if it had not been', () => {
  const outcome = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return String(error);
    }
  };
  const loss = fc.double({ min: 0.1, max: 20, noNaN: true });
  fc.assert(
    fc.property(fc.array(loss, { maxLength: 40 }), fc.nat(40), (losses, done) => {
      const resumed = outcome(() => {
        const kept: LossCourse | null = JSON.parse(JSON.stringify(watched(losses.slice(0, done))));
        return watched(losses.slice(done), kept);
      });
      expect(resumed).toEqual(outcome(() => watched(losses)));
    }),
  );
});

test('of a training of which nothing was kept, only a loss that is no number counts', () => {
  expect(watched([1e-3, 1e9], null)).toBe(null);
  expect(() => watched([1, Number.POSITIVE_INFINITY], null)).toThrow(/no number any more/);
});
