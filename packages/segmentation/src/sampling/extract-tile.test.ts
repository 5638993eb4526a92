import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Augmentation, NO_AUGMENTATION } from './augmentation.js';
import { extractTile } from './extract-tile.js';
import { mirrored } from './mirror.js';
import type { Planes } from './planes.js';

const raw = { means: [0, 0], stds: [1, 1], minima: [0, 0], maxima: [255, 255] };

/** Channel 0 and the mask hold the pixel's own index, so a tile tells where each of its pixels came from. */
function numbered(height: number, width: number, channels = 1): Planes & { mask: { data: Uint8Array } } {
  const pixels = height * width;
  const data = Float32Array.from({ length: channels * pixels }, (_, i) => i % 200);
  return { channels, height, width, data, mask: { data: Uint8Array.from(data.subarray(0, pixels)) } };
}

function extract(
  planes: ReturnType<typeof numbered>,
  centre: { row: number; column: number },
  augmentation: Partial<Augmentation>,
  tile: { height: number; width: number; scale?: number },
) {
  const pixels = tile.height * tile.width;
  const out = {
    image: new Float32Array(planes.channels * pixels + 2),
    imageOffset: 2,
    mask: new Int32Array(pixels + 3),
    maskOffset: 3,
  };
  const changes = { ...NO_AUGMENTATION, ...augmentation };
  extractTile(planes, planes.mask, centre, changes, { scale: 1, ...tile }, raw, out);
  return { image: [...out.image.subarray(2)], mask: [...out.mask.subarray(3)] };
}

describe('extractTile', () => {
  it('copies the window around the centre and mirrors beyond the border', () => {
    const side = fc.integer({ min: 1, max: 14 });
    const tileSide = fc.integer({ min: 1, max: 12 }).map((half) => 2 * half);
    fc.assert(
      fc.property(side, side, tileSide, tileSide, fc.nat(), fc.nat(), (height, width, th, tw, r, c) => {
        const planes = numbered(height, width);
        const centre = { row: r % height, column: c % width };
        const got = extract(planes, centre, {}, { height: th, width: tw });
        const expected = Array.from({ length: th * tw }, (_, i) => {
          const row = mirrored(centre.row - th / 2 + Math.floor(i / tw), height);
          const column = mirrored(centre.column - tw / 2 + (i % tw), width);
          return planes.data[row * width + column];
        });
        expect(got).toEqual({ image: expected, mask: expected });
      }),
    );
  });

  it('flips the same window', () => {
    const planes = numbered(10, 12);
    const tile = { height: 4, width: 6 };
    const plain = extract(planes, { row: 5, column: 6 }, {}, tile).mask;
    const rows = extract(planes, { row: 5, column: 6 }, { flipRows: true }, tile).mask;
    const columns = extract(planes, { row: 5, column: 6 }, { flipColumns: true }, tile).mask;
    expect(rows).toEqual(plain.map((_, i) => plain[(3 - Math.floor(i / 6)) * 6 + (i % 6)]));
    expect(columns).toEqual(plain.map((_, i) => plain[Math.floor(i / 6) * 6 + 5 - (i % 6)]));
  });

  it('turns by a quarter without touching a value', () => {
    const planes = numbered(10, 10);
    const plain = extract(planes, { row: 5, column: 5 }, {}, { height: 4, width: 4 });
    const turned = extract(planes, { row: 5, column: 5 }, { angle: Math.PI / 2 }, { height: 4, width: 4 });
    const expected = plain.mask.map((_, i) => plain.mask[(i % 4) * 4 + 3 - Math.floor(i / 4)]);
    expect(turned.mask).toEqual(expected);
    turned.image.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 4);
    });
  });

  it('interpolates a slanted plane exactly and takes the mask of the nearest pixel, at any angle', () => {
    const [height, width] = [60, 60];
    const data = Float32Array.from({ length: 3600 }, (_, i) => 2 * Math.floor(i / 60) - (i % 60));
    const mask = { data: Uint8Array.from({ length: 3600 }, (_, i) => Math.floor(i / 60)) };
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 7, noNaN: true }),
        fc.constantFrom(0.5, 1, 1.5),
        (angle, scale) => {
          const got = extract(
            { channels: 1, height, width, data, mask },
            { row: 30, column: 30 },
            { angle },
            { height: 16, width: 16, scale },
          );
          got.image.forEach((value, i) => {
            const y = scale * (Math.floor(i / 16) - 7.5);
            const x = scale * ((i % 16) - 7.5);
            const row = 29.5 + Math.cos(angle) * y + Math.sin(angle) * x;
            const column = 29.5 - Math.sin(angle) * y + Math.cos(angle) * x;
            expect(value).toBeCloseTo(2 * row - column, 3);
            expect(Math.abs((got.mask[i] as number) - row)).toBeLessThanOrEqual(0.5 + 1e-9);
          });
        },
      ),
    );
  });

  it('keeps a constant image constant and free of NaN under any change', () => {
    const flat = { ...numbered(5, 7), data: new Float32Array(35).fill(9) };
    const angle = fc.double({ min: 0, max: 7, noNaN: true });
    fc.assert(
      fc.property(angle, fc.double({ min: 0.8, max: 1.2, noNaN: true }), (turn, gamma) => {
        const { image } = extract(
          flat,
          { row: 1, column: 6 },
          { angle: turn, gamma },
          { height: 32, width: 32 },
        );
        const expected = 255 * (9 / 255) ** gamma;
        expect(image.every((value) => Math.abs(value - expected) < 1e-3)).toBe(true);
      }),
    );
  });

  it('reads every channel at the same places', () => {
    const planes = numbered(9, 9, 2);
    planes.data.set(
      planes.data.subarray(0, 81).map((value) => 10 * value),
      81,
    );
    const { image } = extract(planes, { row: 2, column: 7 }, { angle: 0.7 }, { height: 8, width: 8 });
    image.slice(0, 64).forEach((value, i) => {
      expect(image[64 + i]).toBeCloseTo(10 * value, 2);
    });
  });

  it('enlarges about the middle', () => {
    const planes = numbered(40, 40);
    const tile = { height: 8, width: 8 };
    const zoomed = extract(planes, { row: 20, column: 20 }, { zoom: 2 }, tile);
    expect(zoomed).toEqual(extract(planes, { row: 20, column: 20 }, {}, { ...tile, scale: 0.5 }));
  });

  it('keeps the mask on the image under every spatial change', () => {
    // The image is the mask, so that interpolation says how far a pixel is from the border of its class.
    const [height, width] = [50, 70];
    const mask = Uint8Array.from({ length: height * width }, (_, i) =>
      Math.hypot((i % width) - 34, Math.floor(i / width) - 23) < 14 || i % width > 55 ? 1 : 0,
    );
    const planes = { channels: 1, height, width, data: Float32Array.from(mask), mask: { data: mask } };
    const parts = fc
      .array(fc.double({ min: 0.6, max: 1.4, noNaN: true }), { minLength: 2, maxLength: 6 })
      .map((sizes) => sizes.map((size) => size / sizes.reduce((sum, one) => sum + one, 0)));
    const changes = fc.record({
      flipRows: fc.boolean(),
      flipColumns: fc.boolean(),
      angle: fc.double({ min: 0, max: 6.3, noNaN: true }),
      zoom: fc.double({ min: 0.3, max: 3, noNaN: true }),
      elastic: fc.option(fc.record({ reach: fc.constant(5), spacing: fc.constant(12), seed: fc.nat() })),
      gridDistortion: fc.option(fc.record({ rows: parts, columns: parts })),
    });
    fc.assert(
      fc.property(changes, fc.nat(height - 1), fc.nat(width - 1), (augmentation, row, column) => {
        const got = extract(planes, { row, column }, augmentation, { height: 32, width: 24 });
        expect(extract(planes, { row, column }, augmentation, { height: 32, width: 24 })).toEqual(got);
        // The nearest of the four pixels weighs at least a quarter.
        const apart = got.image.map((value, i) => Math.abs(value - (got.mask[i] as number)));
        expect(Math.max(...apart)).toBeLessThanOrEqual(0.75 + 1e-6);
        expect(Math.min(...got.image)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...got.image)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
