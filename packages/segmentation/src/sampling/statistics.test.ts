import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Planes } from './planes.js';
import { channelStatistics } from './statistics.js';

function plane(...values: number[]): Planes {
  return { channels: 1, height: 1, width: values.length, data: Float32Array.from(values) };
}

function statisticsOf(...images: Planes[]) {
  const statistics = channelStatistics();
  for (const image of images) statistics.add(image);
  return statistics.result();
}

describe('channelStatistics', () => {
  it('does not depend on how the pixels are spread over images', () => {
    const values = fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.nat(38), (pixels, cut) => {
        const at = 1 + (cut % (pixels.length - 1));
        const whole = statisticsOf(plane(...pixels));
        const parts = statisticsOf(plane(...pixels.slice(0, at)), plane(...pixels.slice(at)));
        expect(parts.means[0]).toBeCloseTo(whole.means[0] as number, 6);
        expect(parts.stds[0]).toBeCloseTo(whole.stds[0] as number, 6);
        expect([parts.minima, parts.maxima]).toEqual([whole.minima, whole.maxima]);
      }),
    );
  });

  it('keeps channels apart', () => {
    const image = { channels: 2, height: 1, width: 2, data: Float32Array.of(1, 3, 10, 30) };
    expect(statisticsOf(image)).toEqual({ means: [2, 20], stds: [1, 10], minima: [1, 10], maxima: [3, 30] });
  });

  it('stays exact far from zero', () => {
    expect(statisticsOf(plane(1e6, 1e6 + 2), plane(1e6, 1e6 + 2)).stds[0]).toBeCloseTo(1, 9);
  });

  it('gives a constant image the standard deviation 1 and leaves out what is no number', () => {
    expect(statisticsOf(plane(0.1, 0.1, 0.1)).stds).toEqual([1]);
    const odd = statisticsOf(plane(Number.NaN, 1, Infinity, 3), plane(Number.NaN));
    expect(odd).toEqual({ means: [2], stds: [1], minima: [1], maxima: [3] });
    expect(statisticsOf(plane(Number.NaN))).toEqual({ means: [0], stds: [1], minima: [0], maxima: [0] });
  });

  it('refuses a change of channels and an empty collection', () => {
    const statistics = channelStatistics();
    expect(() => statistics.result()).toThrow(/no image/);
    statistics.add(plane(1, 2));
    const two = { channels: 2, height: 1, width: 1, data: new Float32Array(2) };
    expect(() => statistics.add(two)).toThrow(/2 channels/);
  });
});
