import { expect, test } from 'vitest';
import { doubtfulPlaces } from './doubtful.ts';
import { createDrawing } from './drawing.ts';
import { followStroke, numberObjects } from './objects.ts';
import { evenly, fillPolygon, type Labels, paintLine, regionAt } from './tools.ts';

function blank(width: number, height: number): Labels {
  return { width, height, data: new Uint8Array(width * height) };
}

function rows({ width, data }: Labels): string[] {
  return Array.from({ length: data.length / width }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].join(''),
  );
}

test('a brush paints a disc, and along a line no gaps', () => {
  const labels = blank(7, 5);
  expect(paintLine(labels, { x: 2.5, y: 2.5 }, { x: 2.5, y: 2.5 }, 1.2, evenly(1))).not.toBeNull();
  expect(rows(labels)).toEqual(['0000000', '0010000', '0111000', '0010000', '0000000']);
  paintLine(labels, { x: 0.5, y: 4.5 }, { x: 6.5, y: 4.5 }, 0.4, evenly(2));
  expect(rows(labels)[4]).toBe('2222222');
  expect(paintLine(labels, { x: -9, y: -9 }, { x: -9, y: -9 }, 2, evenly(1))).toBeNull();
});

test('a polygon is filled where the middles of pixels lie', () => {
  const labels = blank(5, 4);
  fillPolygon(
    labels,
    [
      { x: 1, y: 1 },
      { x: 4, y: 1 },
      { x: 4, y: 3 },
      { x: 1, y: 3 },
    ],
    evenly(1),
  );
  expect(rows(labels)).toEqual(['00000', '01110', '01110', '00000']);
});

test('a region stays within what is alike, and may hang together over corners', () => {
  const labels = blank(5, 3);
  for (const pixel of [2, 6, 11]) labels.data[pixel] = 1;
  const isAlike = (pixel: number, start: number): boolean => labels.data[pixel] === labels.data[start];
  const sides = regionAt(labels, { x: 0, y: 0 }, isAlike);
  expect(sides?.area).toEqual({ x: 0, y: 0, width: 2, height: 3 });
  expect([...(sides?.pixels ?? [])].sort((a, b) => a - b)).toEqual([0, 1, 5, 10]);
  expect(regionAt(labels, { x: 2, y: 0 }, isAlike)?.pixels).toHaveLength(1);
  expect(regionAt(labels, { x: 2, y: 0 }, isAlike, 'corners')?.pixels).toHaveLength(3);
});

test('every stroke can be taken back and done again, and is saved each time', () => {
  const saved: string[] = [];
  const drawing = createDrawing(blank(4, 1), ({ x, width }, values) =>
    saved.push(`${x}+${width}:${values.join('')}`),
  );
  for (const at of [0, 3]) {
    drawing.draw((labels) =>
      paintLine(labels, { x: at + 0.5, y: 0.5 }, { x: at + 0.5, y: 0.5 }, 0.4, evenly(1)),
    );
    drawing.end();
  }
  expect(rows(drawing.labels)).toEqual(['1001']);
  drawing.undo();
  drawing.undo();
  expect([rows(drawing.labels), drawing.undo(), drawing.canUndo]).toEqual([['0000'], null, false]);
  drawing.redo();
  expect(rows(drawing.labels)).toEqual(['1000']);
  expect(saved).toHaveLength(5);
  drawing.end();
  expect(drawing.canRedo).toBe(true);
});

test('what is begun can be given up', () => {
  const drawing = createDrawing(blank(3, 1), () => expect.unreachable('nothing is to be saved'));
  drawing.draw((labels) => paintLine(labels, { x: 1.5, y: 0.5 }, { x: 1.5, y: 0.5 }, 0.4, evenly(1)));
  expect(drawing.abandon()).not.toBeNull();
  drawing.end();
  expect([rows(drawing.labels), drawing.canUndo]).toEqual([['000'], false]);
});

test('objects are regions of one class, also over corners', () => {
  const labels = blank(5, 3);
  labels.data.set([1, 0, 0, 2, 1, 0, 1, 0, 2, 1, 0, 0, 0, 0, 0]);
  expect(rows({ ...labels, data: Uint8Array.from(numberObjects(labels)) })).toEqual([
    '10023',
    '01023',
    '00000',
  ]);
});

test('a stroke is seen among objects while it goes on', () => {
  const labels = blank(5, 2);
  labels.data.set([1, 0, 0, 0, 1]);
  const numbers = numberObjects(labels);
  labels.data.set([1, 1, 0, 0, 0]);
  followStroke(numbers, labels, { x: 1, y: 0, width: 4, height: 2 });
  const [first, drawn, ...others] = numbers;
  expect([first, (drawn ?? 0) > 0, others.some((number) => number > 0)]).toEqual([1, true, false]);
});

test('the most uncertain places come first, and sure ones not at all', () => {
  const data = new Float32Array(96 * 32);
  data.fill(0.1, 0, 16).fill(0.9, 64, 96);
  expect(doubtfulPlaces({ width: 96, height: 32, channels: 1, data })).toEqual([{ x: 80, y: 16 }]);
  // Of a smaller copy, they are told in pixels of the image.
  const over = { width: 192, height: 96 };
  expect(doubtfulPlaces({ width: 96, height: 32, over, channels: 1, data })).toEqual([{ x: 160, y: 48 }]);
});
