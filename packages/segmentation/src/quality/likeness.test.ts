import { createRandom } from '@deepflash/engine';
import { describe, expect, test } from 'vitest';
import { type ChannelTraits, traitGatherer, traitNames } from './image-traits.js';
import { deviationInWords, likenessTo } from './likeness.js';

const random = createRandom('traits');

/** Traits of an image that differ by chance only. */
function traits(): ChannelTraits {
  const numbers = traitNames.map((name) => [name, 2 + 0.5 * random.normal()] as const);
  return Object.fromEntries(numbers) as Record<(typeof traitNames)[number], number>;
}

/** Noise around a brightness, in blocks of `size` pixels. */
function picture({ brightness = 100, noise = 10, size = 1 }) {
  const side = 96;
  const values = Array.from({ length: side * side }, () => brightness + noise * random.normal());
  const data = Float32Array.from(values, (_, i) => {
    const [y, x] = [Math.floor(i / side), i % side];
    return values[Math.floor(y / size) * side + Math.floor(x / size)] ?? 0;
  });
  return { channels: 1, height: side, width: side, data };
}

function traitsOf(options: Parameters<typeof picture>[0]): ChannelTraits[] {
  const gatherer = traitGatherer();
  gatherer.add(picture(options));
  return gatherer.result();
}

describe('the traits of an image', () => {
  test('are those of its histogram', () => {
    const [of] = traitsOf({ brightness: 200, noise: 20 });
    expect(Math.exp(of?.brightness ?? 0)).toBeCloseTo(200, -0.5);
    expect(Math.exp(of?.contrast ?? 0)).toBeCloseTo(20, -0.5);
    expect(of?.skewness).toBeCloseTo(0, 0.5);
  });

  test.each([
    [1, 'finest'],
    [2, 'fine'],
    [4, 'middle'],
    [8, 'coarse'],
  ] as const)('tell that structures have %i pixels', (size, band) => {
    const [of] = traitsOf({ size });
    if (of === undefined) throw new Error('There is one channel.');
    // Three quarters of the variance of noise are gone when four of its blocks are one.
    expect(Math.exp(of[band])).toBeCloseTo(0.75, 1);
    for (const finer of ['finest', 'fine', 'middle', 'coarse'].slice(0, Math.log2(size)) as (typeof band)[]) {
      expect(Math.exp(of[finer])).toBeCloseTo(1e-3, 5);
    }
  });

  test('are the same whether the image comes whole or in windows', () => {
    const whole = picture({});
    const gatherer = traitGatherer();
    const half = 48 * whole.width;
    for (const data of [whole.data.subarray(0, half), whole.data.subarray(half)]) {
      gatherer.add({ ...whole, height: 48, data });
    }
    const [parts] = gatherer.result();
    const once = traitGatherer();
    once.add(whole);
    const [together] = once.result();
    for (const name of traitNames) expect(parts?.[name]).toBeCloseTo(together?.[name] ?? Number.NaN, 6);
  });

  test('are numbers of any image', () => {
    for (const data of [new Float32Array(4), Float32Array.of(Number.NaN, 1, Number.POSITIVE_INFINITY, 2)]) {
      const gatherer = traitGatherer();
      gatherer.add({ channels: 1, height: 2, width: 2, data });
      expect(Object.values(gatherer.result()[0] ?? {}).every(Number.isFinite)).toBe(true);
    }
  });
});

describe('likeness to training images', () => {
  test('calls few of the same kind unlike, whether many or few were trained on', () => {
    for (const count of [4, 24]) {
      let unlike = 0;
      const trials = 600;
      for (let trial = 0; trial < trials; trial++) {
        const training = Array.from({ length: count }, () => [traits()]);
        if (likenessTo(training)([traits()]).distance > 1) unlike++;
      }
      expect(unlike / trials).toBeLessThan(0.03);
    }
  });

  test('finds another microscope and says what is different', () => {
    const training = Array.from({ length: 8 }, () => traitsOf({}));
    const likeness = likenessTo(training);
    expect(likeness(traitsOf({})).distance).toBeLessThan(1);
    const words = (options: Parameters<typeof picture>[0]) =>
      likeness(traitsOf(options)).deviations.map((deviation) => deviationInWords(deviation, 1));
    expect(words({ brightness: 300 })).toContain('3 times as bright as the training images');
    expect(words({ noise: 20 })).toContain('2 times the contrast of the training images');
    expect(words({ noise: 5 })).toContain('2 times less contrast than the training images');
    expect(words({ size: 4 })).toContain('smoother or more blurred than the training images');
    expect(words({ size: 4 })).toContain('more structures of 5 to 8 pixels than the training images');
  });

  test('knows nothing from two images', () => {
    expect(likenessTo([[traits()], [traits()]])(traitsOf({ brightness: 9000 })).distance).toBe(0);
  });
});
