import { expect, test } from 'vitest';
import { checkBrightness } from './absolute-brightness.js';

const trained = { means: [60], stds: [40] };

function look(mean: number, dtype: 'uint8' | 'uint16' | 'float32', networks: object = trained): () => void {
  const others = { contrast: 1, skewness: 0, finest: 0, fine: 0, middle: 0, coarse: 0 };
  const traits = [{ brightness: Math.log(mean), ...others }];
  return () => checkBrightness('a.tif', traits, { dtype }, { ...trained, ...networks });
}

test('an image of another bit depth is refused where absolute brightness counts', () => {
  expect(look(60 * 257, 'uint16')).toThrow(
    /^a\.tif has a mean brightness of 1\.54e\+4, .*of 60\.0.* bit depth/,
  );
  expect(look(0.25, 'float32')).toThrow(/bit depth/);
});

test('any exposure of the same depth is taken, and any depth where images are normalised by themselves', () => {
  for (const mean of [0.5, 60, 255]) expect(look(mean, 'uint8')).not.toThrow();
  expect(look(60, 'float32')).not.toThrow();
  expect(look(60 * 257, 'uint16', { normalisation: 'image' })).not.toThrow();
});
