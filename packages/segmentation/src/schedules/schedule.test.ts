import { describe, expect, it } from 'vitest';
import { oneCycle } from './one-cycle.js';
import { scheduleOf } from './schedule.js';

const plain = { steps: 100, learningRate: 2e-3, momentum: 0.95, frozenPart: 0.2 };

describe('scheduleOf', () => {
  it('is the one cycle unless told otherwise', () => {
    const cycle = oneCycle({ steps: 100, peak: 2e-3 });
    const point = scheduleOf({ ...plain, schedule: 'one-cycle' });
    for (const step of [0, 10, 25, 60, 99]) {
      const { learningRate, momentum } = cycle(step);
      expect(point(step).learningRate).toBeCloseTo(learningRate, 12);
      expect(point(step).momentum).toBeCloseTo(momentum, 12);
      expect(point(step).encoderFactor).toBe(1);
    }
  });

  it('freezes the encoder first and then lets it learn a hundredth as fast', () => {
    const point = scheduleOf({ ...plain, schedule: 'fine-tune' });
    expect(point(19).encoderFactor).toBe(0);
    // fastai: the last frozen step is at 95 % of the way, which rises until 99 %.
    expect(point(19).learningRate).toBeCloseTo(
      8e-5 + ((1 - Math.cos((Math.PI * 0.95) / 0.99)) / 2) * (2e-3 - 8e-5),
      9,
    );
    expect(point(20)).toMatchObject({ encoderFactor: 0.01 });
    expect(point(20).learningRate).toBeCloseTo(1e-3 / 5, 12);
    expect(point(20 + 24).learningRate).toBeCloseTo(1e-3, 12);
  });

  it('goes down half a cosine, or nowhere', () => {
    const cosine = scheduleOf({ ...plain, schedule: 'cosine' });
    expect([0, 50].map((step) => cosine(step).learningRate)).toEqual([2e-3, expect.closeTo(1e-3, 12)]);
    expect(scheduleOf({ ...plain, schedule: 'constant' })(77).learningRate).toBe(2e-3);
  });
});
