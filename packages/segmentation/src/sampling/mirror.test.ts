import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mirrored } from './mirror.js';

/** Walks from pixel 0 to a pixel outside, turning round at each border. */
function walked(pixel: number, length: number): number {
  let at = 0;
  let direction = 1;
  // Outside to the left, pixel -1 is the border pixel again, as if the walk began there.
  for (let i = 0; i < (pixel < 0 ? -1 - pixel : pixel); i++) {
    const next = at + direction;
    if (next < 0 || next >= length) direction = -direction;
    else at = next;
  }
  return at;
}

describe('mirrored', () => {
  it('turns round at each border, however often', () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 40 }), (pixel, length) => {
        expect(mirrored(pixel, length)).toBe(walked(pixel, length));
      }),
    );
  });
});
