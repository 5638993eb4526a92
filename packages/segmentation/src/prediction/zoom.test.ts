import { expect, test } from 'vitest';
import type { TileBatchShape, TileModel } from './tile-model.js';
import { zoomedModel } from './zoom.js';

const tile = { height: 64, width: 96 };

test('a zoomed model sees multiples of 32 and answers in the size of the tile', async () => {
  const seen: TileBatchShape[] = [];
  const model: TileModel = {
    async predict(batch, shape) {
      seen.push(shape);
      return batch.slice();
    },
  };
  const flat = new Float32Array(2 * 64 * 96).fill(3);
  for (const zoom of [0.75, 1, 1.5]) {
    const answer = await zoomedModel(model, { tile }, zoom).predict(flat, [2, 1, 64, 96]);
    expect(answer).toEqual(flat);
  }
  expect(seen).toEqual([
    [2, 1, 64, 64],
    [2, 1, 64, 96],
    [2, 1, 96, 160],
  ]);
});
