import type { Image } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { parseColour } from './colour.js';
import { readColourTable } from './colour-table.js';
import { type MaskSettings, maskContent } from './content.js';
import { decideMeaning, readMeaning, valuesOfClasses } from './meaning.js';

const auto: MaskSettings = { kind: 'auto', table: null, ignored: [] };

function grey(width: number, values: readonly number[]): Image {
  const data = Uint16Array.from(values);
  return { width, height: data.length / width, channels: 1, dtype: 'uint16', data };
}

function rgb(colours: readonly number[]): Image {
  const data = Uint8Array.from(
    colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]),
  );
  return { width: colours.length, height: 1, channels: 3, dtype: 'uint8', data };
}

function read(mask: Image, settings: MaskSettings): number[] {
  const meaning = decideMeaning([maskContent(mask, settings, 'a.png')], settings, null);
  return [...readMeaning(mask, meaning, 'a.png').data];
}

test('colours are read by their table, and what is ignored becomes 255', async () => {
  const table = await readColourTable(
    'black=0,red=1,#0000ff=ignored,rgb(0,255,0)=2'.replace('rgb(0,255,0)', 'green'),
  );
  expect(read(rgb([0, 0xff0000, 0x0000ff, 0x00ff00]), { ...auto, table })).toEqual([0, 1, 255, 2]);
});

test('black and one other colour need no table, and more do', () => {
  expect(read(rgb([0, 0xff0000]), auto)).toEqual([0, 1]);
  expect(() => read(rgb([0, 0xff0000, 0x00ff00]), auto)).toThrow(
    'the masks have colours (#000000, #00ff00, #ff0000); say what each means with colours',
  );
});

test('a colour without a meaning is named with its file', async () => {
  const table = await readColourTable('black=0,red=1');
  const meaning = decideMeaning([], { ...auto, table }, null);
  expect(() => readMeaning(rgb([0x00ff01]), meaning, 'b.png')).toThrow(/^b\.png holds the colour #00ff01/);
});

test('a table tells all its faults', async () => {
  await expect(readColourTable('black=0,pinkish=1,red=two')).rejects.toThrow(
    /"pinkish" is no colour.*; #ff0000 means "two"/,
  );
  await expect(readColourTable('black=0,red=2')).rejects.toThrow('no colour means class 1');
});

test('ignored values of grey masks are left out', () => {
  expect(read(grey(4, [0, 1, 7, 1]), { ...auto, ignored: [7] })).toEqual([0, 1, 255, 1]);
});

test('many values of one region each are numbers of objects, and lines keep touching ones apart', () => {
  // Twelve columns of objects three pixels wide that touch.
  const row = Array.from({ length: 36 }, (_, x) => 1 + Math.floor(x / 3));
  const labels = grey(36, [...row, ...row, ...row]);
  const settings = auto;
  const meaning = decideMeaning([maskContent(labels, settings, 'a.tif')], settings, null);
  expect(meaning).toEqual({ kind: 'instances', ignored: [] });
  expect(valuesOfClasses(meaning)).toEqual([0, 1]);
  const few = grey(6, [1, 1, 2, 2, 0, 0]);
  expect(decideMeaning([maskContent(few, settings, 'a.tif')], settings, null).kind).toBe('classes');
  expect(
    decideMeaning(
      [maskContent(few, { ...auto, kind: 'instances' }, 'a.tif')],
      { ...auto, kind: 'instances' },
      null,
    ).kind,
  ).toBe('instances');
});

test.each([
  ['#f00', 0xff0000],
  ['00ff00', 0x00ff00],
  ['rgb(1, 2, 3)', 0x010203],
  ['255 0 0', 0xff0000],
  ['Grey', 0x808080],
  ['#12345', undefined],
  ['300 0 0', undefined],
])('the colour %s is %s', (text, colour) => {
  expect(parseColour(text)).toBe(colour);
});

test('of colours neither a number of classes nor values to leave out are believed', () => {
  const masks = [maskContent(rgb([0, 0xff0000]), auto, 'a.png')];
  expect(decideMeaning(masks, auto, 2).kind).toBe('colours');
  expect(() => decideMeaning(masks, auto, 3)).toThrow(/colours of 2 classes, but 3 were asked for/);
  expect(() => decideMeaning(masks, { ...auto, ignored: [255] }, null)).toThrow(/instead of ignore/);
});

test('lines between numbered objects are as wide as the images are reduced', () => {
  const data = Array.from({ length: 12 * 12 }, (_, i) => {
    const [x, y] = [i % 12, Math.floor(i / 12)];
    return x === 0 || y === 0 || x > 10 || y > 10 ? 0 : x < 6 ? 1 : 2;
  });
  const middle = (scale: number) =>
    [...readMeaning(grey(12, data), { kind: 'instances', ignored: [] }, 'a.tif', scale).data].slice(72, 84);
  expect(middle(1).join('')).toBe('011111011110');
  expect(middle(3).join('')).toBe('011110001110');
});
