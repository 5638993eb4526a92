import { expect, test } from 'vitest';
import { type Clicked, click } from './clicks.ts';
import { newObject, objectValue } from './numbers.ts';
import { type Hand, strokeOf } from './strokes.ts';
import { type Labels, type Point, paintLine } from './tools.ts';

/** Digits are objects of the class 1, letters those of the class 2. */
function drawn(...rows: readonly string[]): Labels {
  const values = [...rows.join('')].map((letter) => {
    const number = Number.parseInt(letter, 36);
    return number === 0 ? 0 : number < 10 ? objectValue(number, 1) : objectValue(number - 9, 2);
  });
  return { width: rows[0]?.length ?? 0, height: rows.length, data: Uint32Array.from(values) };
}

function rows({ width, height, data }: Labels): string[] {
  const letters = [...data].map((value) =>
    ((value % 65536) + (value >= objectValue(0, 2) ? 9 : 0)).toString(36),
  );
  return Array.from({ length: height }, (_, y) => letters.slice(y * width, (y + 1) * width).join(''));
}

const HAND: Hand = { kind: 'objects', tool: 'brush', value: 1, radius: 0.4, chosen: null };

function drag(labels: Labels, hand: Partial<Hand>, from: Point, to: Point): string[] {
  const stroke = strokeOf({ ...HAND, ...hand }, labels, from);
  if (stroke === null) return [];
  paintLine(labels, from, to, stroke.radius, stroke.paint);
  stroke.end?.(labels);
  return rows(labels);
}

function clickAt(labels: Labels, hand: Partial<Hand>, at: Point): Clicked {
  return click({ ...HAND, ...hand, tolerance: 10, difference: undefined }, labels, at);
}

test('a stroke on the background is a new object, on an object it extends it, and others stay as they are', () => {
  expect(drag(drawn('10300'), {}, { x: 1.5, y: 0.5 }, { x: 4.5, y: 0.5 })).toEqual(['14344']);
  expect(drag(drawn('10300'), {}, { x: 0.5, y: 0.5 }, { x: 4.5, y: 0.5 })).toEqual(['11311']);
  expect(drag(drawn('10300'), { value: 2 }, { x: 3.5, y: 0.5 }, { x: 4.5, y: 0.5 })).toEqual(['103dd']);
});

test('with a chosen object the brush goes on with it, and the eraser takes of it alone', () => {
  const chosen = objectValue(3, 1);
  expect(drag(drawn('10300'), { chosen }, { x: 1.5, y: 0.5 }, { x: 4.5, y: 0.5 })).toEqual(['13333']);
  const hand = { chosen, tool: 'eraser' } as const;
  expect(drag(drawn('11333'), hand, { x: 0.5, y: 0.5 }, { x: 2.5, y: 0.5 })).toEqual(['11033']);
});

test('a cut makes two objects that touch; one that cuts nothing off changes nothing', () => {
  const block = ['1111111', '1111111', '1111111'];
  const across = drag(drawn(...block), { tool: 'split' }, { x: 4.5, y: -1 }, { x: 4.5, y: 4 });
  for (const row of across) expect(row).toMatch(/^1{4,5}2{2,3}$/);
  const into = drag(drawn(...block), { tool: 'split' }, { x: 4.5, y: -1 }, { x: 4.5, y: 0.5 });
  expect(into).toEqual(block);
});

test('objects that a line meets become one', () => {
  const line = [
    { x: 0.5, y: 0.5 },
    { x: 5.5, y: 0.5 },
  ] as const;
  expect(drag(drawn('1102b3'), { tool: 'merge' }, ...line)).toEqual(['110111']);
});

test('a hole becomes part of the object around it, and the background is no hole', () => {
  const ring = drawn('00000', '02220', '02020', '02220', '00000');
  expect(clickAt(ring, { tool: 'fill' }, { x: 0, y: 0 }).note).toMatch(/no hole/);
  clickAt(ring, { tool: 'fill' }, { x: 2.5, y: 2.5 });
  expect(rows(ring)).toEqual(['00000', '02220', '02220', '02220', '00000']);
});

test('all of an object gets another class or goes, also where it lies in two parts', () => {
  const parts = drawn('101', '202');
  expect(
    clickAt(parts, { tool: 'fill', value: 2, chosen: objectValue(1, 1) }, { x: 0.5, y: 0.5 }).chosen,
  ).toBe(objectValue(1, 2));
  expect(rows(parts)).toEqual(['a0a', '202']);
  clickAt(parts, { tool: 'delete' }, { x: 2.5, y: 1.5 });
  expect(rows(parts)).toEqual(['a0a', '000']);
});

test('numbers that became free are used when all others are taken', () => {
  const labels: Labels = {
    width: 3,
    height: 1,
    data: Uint32Array.of(objectValue(1, 1), objectValue(65_535, 1), 0),
  };
  expect(newObject(labels, 1)).toBe(objectValue(2, 1));
});
