import { fromArrayBuffer } from 'geotiff';
import { expect, it } from 'vitest';
import { encodeDirectory, encodeHeader, type Field, headerBytes } from './encode-directory.js';

const forms = [
  { byteOrder: 'little', big: false },
  { byteOrder: 'big', big: false },
  { byteOrder: 'little', big: true },
  { byteOrder: 'big', big: true },
] as const;

it.each(forms)('writes fields that geotiff reads: %o', async (form) => {
  const pixels = headerBytes(form);
  const fields: Field[] = [
    { tag: 339, type: 'short', values: [1] },
    { tag: 256, type: 'long', values: [2] },
    { tag: 257, type: 'long', values: [3] },
    { tag: 258, type: 'short', values: [8] },
    { tag: 259, type: 'short', values: [1] },
    { tag: 262, type: 'short', values: [1] },
    { tag: 270, type: 'ascii', values: new TextEncoder().encode('seven b\0') },
    { tag: 273, type: 'offset', values: [pixels, pixels + 2, pixels + 4] },
    { tag: 277, type: 'short', values: [1] },
    { tag: 278, type: 'long', values: [1] },
    { tag: 279, type: 'offset', values: [2, 2, 2] },
    { tag: 282, type: 'rational', values: [40, 13] },
  ];
  const at = pixels + 6;
  const directory = encodeDirectory(fields, form, { at, next: 0 });
  const bytes = new Uint8Array(at + directory.length);
  bytes.set(encodeHeader(form, at));
  bytes.set([1, 2, 3, 4, 5, 6], pixels);
  bytes.set(directory, at);
  const image = await (await fromArrayBuffer(bytes.buffer)).getImage();
  expect(Array.from((await image.readRasters({ interleave: true })) as ArrayLike<number>)).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
  expect(await image.fileDirectory.loadValue('XResolution')).toEqual(Uint32Array.of(40, 13));
  expect(await image.fileDirectory.loadValue('ImageDescription')).toMatch(/^seven b/);
});
