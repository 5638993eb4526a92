import { expect, it } from 'vitest';
import { readImage } from '../read.js';
import { encodeLabels } from './encode-labels.js';

const labels = (...values: number[]) => ({ width: values.length, height: 1, data: Uint32Array.from(values) });

it('writes 16 bit where they are enough, else 32 bit', async () => {
  expect(await readImage(encodeLabels(labels(0, 7, 65_535)), 'a.tif')).toMatchObject({
    dtype: 'uint16',
    data: Uint16Array.of(0, 7, 65_535),
  });
  expect(await readImage(encodeLabels(labels(0, 7, 65_536)), 'a.tif')).toMatchObject({
    dtype: 'uint32',
    data: Uint32Array.of(0, 7, 65_536),
  });
});

it('tells ImageJ the range', () => {
  expect(new TextDecoder('latin1').decode(encodeLabels(labels(0, 300)))).toContain('min=0\nmax=300\n');
});
