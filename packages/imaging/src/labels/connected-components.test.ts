import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from './connected-components.js';

const { components } = JSON.parse(
  readFileSync(new URL('../../fixtures/oracles.json', import.meta.url), 'utf8'),
);

function maskOf(width: number, values: readonly number[]) {
  return { width, height: values.length / width, data: Uint8Array.from(values) };
}

describe('connectedComponents', () => {
  it('numbers regions as scikit-image does', () => {
    const mask = maskOf(components.width, components.mask);
    expect([...connectedComponents(mask, 4).data]).toEqual(components.labels4);
    expect([...connectedComponents(mask, 8).data]).toEqual(components.labels8);
  });

  it('joins corners only with connectivity 8', () => {
    const diagonal = maskOf(2, [1, 0, 0, 1]);
    expect(connectedComponents(diagonal, 4).count).toBe(2);
    expect(connectedComponents(diagonal, 8).count).toBe(1);
  });

  it('does not join the end of a row to the start of the next', () => {
    expect(connectedComponents(maskOf(3, [0, 0, 1, 1, 0, 0]), 8).count).toBe(2);
  });

  it('finds nothing in an empty mask', () => {
    expect(connectedComponents(maskOf(3, [0, 0, 0]), 4)).toMatchObject({
      count: 0,
      data: new Uint32Array(3),
    });
  });

  it('numbers the same pixels alike exactly where a flood fill reaches', () => {
    const masks = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.array(fc.nat(1), { minLength: 1, maxLength: 120 }))
      .map(([width, bits]) =>
        maskOf(width, [...bits, ...new Array((width - (bits.length % width)) % width).fill(0)]),
      );
    fc.assert(
      fc.property(masks, fc.constantFrom(4 as const, 8 as const), (mask, connectivity) => {
        expect(connectedComponents(mask, connectivity).data).toEqual(flooded(mask, connectivity));
      }),
    );
  });
});

/** The definition: start at the first pixel without a number, go on to every neighbour. */
function flooded(
  mask: { width: number; height: number; data: Uint8Array },
  connectivity: 4 | 8,
): Uint32Array {
  const { width, height, data } = mask;
  const labels = new Uint32Array(data.length);
  let count = 0;
  for (let start = 0; start < data.length; start++) {
    if (data[start] === 0 || labels[start] !== 0) continue;
    count++;
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      labels[at] = count;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const x: number = (at % width) + dx;
          const y: number = Math.floor(at / width) + dy;
          const next = y * width + x;
          const near = connectivity === 8 || dx === 0 || dy === 0;
          const inside = x >= 0 && y >= 0 && x < width && y < height;
          if (near && inside && data[next] !== 0 && labels[next] === 0) open.push(next);
        }
      }
    }
  }
  return labels;
}
