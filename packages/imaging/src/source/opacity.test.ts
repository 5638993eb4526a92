import { readFileSync } from 'node:fs';
import { encode } from 'fast-png';
import { fromArrayBuffer } from 'geotiff';
import { expect, it } from 'vitest';
import { selectSource } from '../selection/select-source.js';
import { NO_SELECTION, planParts } from '../selection/selection.js';
import { encodeTiff } from '../tiff/encode.js';
import { memorySource } from './byte-source.js';
import type { ImageSource } from './image-source.js';
import { openImage } from './open.js';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));
const opened = (bytes: Uint8Array) => openImage(memorySource(bytes, 'a.png'));

async function opacityOf(source: ImageSource): Promise<number[] | undefined> {
  const { width, height } = source.info;
  const opacity = await source.readOpacity?.({ x: 0, y: 0, width, height });
  return opacity && [...opacity];
}

it('is told of PNG with alpha, in windows and of chosen parts as well', async () => {
  const data = Uint16Array.of(1, 2, 3, 0, 4, 5, 6, 0x8000, 7, 8, 9, 0xffff, 9, 9, 9, 255);
  const source = await opened(encode({ width: 2, height: 2, channels: 4, depth: 16, data }));
  expect(await opacityOf(source)).toEqual([0, 128, 255, 0]);
  expect(await source.readOpacity?.({ x: 1, y: 0, width: 1, height: 2 })).toEqual(Uint8Array.of(128, 0));
  expect(await opacityOf(selectSource(source, planParts(source.info, NO_SELECTION, 'a.png')))).toEqual([
    0, 128, 255, 0,
  ]);
  expect(source.info.channels).toHaveLength(3);
});

/** The file with a part `tRNS`, whose checksum nobody looks at, before its pixels. */
function withTransparency(png: Uint8Array, ...body: number[]): Uint8Array {
  const at = Buffer.from(png).indexOf('IDAT') - 4;
  const part = [0, 0, 0, body.length, ...Buffer.from('tRNS'), ...body, 0, 0, 0, 0];
  return Uint8Array.from([...png.slice(0, at), ...part, ...png.slice(at)]);
}

it('is told of entries of a palette, and of one colour', async () => {
  const palette = await opened(withTransparency(fixture('palette4.png'), 0, 130));
  const found = new Set(await opacityOf(palette));
  expect(found).toEqual(new Set([0, 130, 255]));
  const data = Uint8Array.of(7, 200, 7);
  const grey = encode({ width: 3, height: 1, channels: 1, data });
  expect(await opacityOf(await opened(withTransparency(grey, 0, 7)))).toEqual([0, 255, 0]);
});

it('is told of TIFF as geotiff reads it', async () => {
  const bytes = fixture('rgb8-alpha.tif');
  const page = await (await fromArrayBuffer(Uint8Array.from(bytes).buffer)).getImage();
  const [alpha] = await page.readRasters({ samples: [3] });
  expect(await opacityOf(await opened(bytes))).toEqual(Array.from(alpha as Uint8Array));
});

it('is not told where a file says nothing of it', async () => {
  const image = { width: 2, height: 1, channels: 2, dtype: 'uint8', data: new Uint8Array(4) } as const;
  for (const bytes of [fixture('rgb8.png'), fixture('palette4.png'), encodeTiff(image)]) {
    expect((await opened(bytes)).readOpacity).toBeUndefined();
  }
});
