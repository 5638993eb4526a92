import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { blurPlane } from './gaussian-blur.js';

const reference: { height: number; width: number; image: number[]; blurred: Record<string, number[]> } =
  JSON.parse(readFileSync(new URL('../../fixtures/sampling/blur.json', import.meta.url), 'utf8'));

it.each(Object.keys(reference.blurred))('blurs as SciPy does, by %s pixels', (sigma) => {
  const { height, width, image } = reference;
  const data = Float32Array.from(image);
  blurPlane({ height, width, data }, Number(sigma));
  (reference.blurred[sigma] ?? []).forEach((value, i) => {
    expect(data[i]).toBeCloseTo(value, 3);
  });
});
