import { readImage } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { differenceUri, maskUri, overlayUri, uncertaintyUri } from './pictures.js';

const size = { width: 1000, height: 500 };
const image = { ...size, channels: 1, dtype: 'uint8', data: new Uint8Array(500_000) } as const;
const mask = { ...size, data: new Uint8Array(500_000).map((_, i) => (i % 1000 < 500 ? 0 : 1)) };

async function decoded(uri: string) {
  const bytes = Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64');
  return readImage(new Uint8Array(bytes), 'picture');
}

test('pictures are small and all of one size', async () => {
  const uncertainty = { ...size, channels: 1, dtype: 'float32', data: new Float32Array(500_000) } as const;
  for (const uri of [
    overlayUri(image, { truth: mask, prediction: mask }),
    uncertaintyUri(uncertainty),
    maskUri(mask, 2),
  ]) {
    expect(await decoded(uri)).toMatchObject({ width: 400, height: 200 });
  }
});

test('a mask is white on black, without greys between', async () => {
  const { data } = await decoded(maskUri(mask, 2));
  expect([...new Set(data)].sort()).toEqual([0, 255]);
  expect([data[199], data[200]]).toEqual([0, 255]);
});

test('a line scan stays a line', async () => {
  const line = { width: 1024, height: 1, data: Uint8Array.from({ length: 1024 }, (_, i) => i & 1) };
  const values = { ...line, channels: 1, dtype: 'float32', data: new Float32Array(1024) } as const;
  for (const uri of [maskUri(line, 2), differenceUri(line, line), uncertaintyUri(values)]) {
    expect(await decoded(uri)).toMatchObject({ width: 400, height: 1 });
  }
});
