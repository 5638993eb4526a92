import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rectangle } from '../../api.ts';
import type { ChannelView } from '../colours.ts';
import type { Layer, Scene } from '../scene.ts';
import { createFrame, type Frame } from './frame.ts';

const SIDE = 40;
const TILE = 20;
const GREY: ChannelView = {
  ...{ name: 'grey', colour: [255, 255, 255], shown: true },
  ...{ low: 0, high: 255, lowest: 0, highest: 255 },
};
const ORANGE = [255, 176, 0];

/** Red, green and blue of a pixel of the screen. */
function colourAt(frame: Frame, scene: Scene, x: number, y: number): number[] {
  const { sheet } = frame.draw(scene);
  const value = sheet.pixels[y * sheet.width + x] ?? 0;
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255];
}

function sceneOf(change: Partial<Scene> & { readonly layers?: readonly Layer[] } = {}): Scene {
  const { layers = [], ...others } = change;
  return {
    ...{ view: { scale: 1, x: 0, y: 0 }, screen: { width: 50, height: 50 }, density: 1 },
    ...{ channels: [GREY], finest: 0, panes: [{ layers, left: 0, from: 0, to: 50 }] },
    ...others,
  };
}

/** One of the tiles of a level; level 1 is one tile over all. */
function tileAt(level: number, column: number, row: number) {
  const side = level === 0 ? TILE : SIDE;
  return {
    key: `${level}/${column}/${row}`,
    level,
    place: { x: column * side, y: row * side, width: side, height: side },
  };
}

function bytes(width: number, height: number, at: (x: number, y: number) => number, channels = 1) {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return at(pixel % width, Math.floor(pixel / width)) + (i % channels);
  });
  return { width, height, channels, data };
}

test('pixels are where the view puts them, as they are close up and as means from afar', () => {
  const frame = createFrame();
  frame.addTile(
    tileAt(0, 0, 0),
    bytes(TILE, TILE, (x, y) => (x === 3 && y === 5 ? 200 : 100)),
  );
  const close = sceneOf({ view: { scale: 4, x: -2, y: 1 } });
  expect([10, 13].map((x) => colourAt(frame, close, x, 4 * 5 + 2)[0])).toEqual([200, 200]);
  expect([9, 14].map((x) => colourAt(frame, close, x, 4 * 5 + 2)[0])).toEqual([100, 100]);
  const far = sceneOf({ view: { scale: 0.5, x: 0, y: 0 } });
  expect(colourAt(frame, far, 1, 2)[0]).toBe(125);
  expect(colourAt(frame, far, 30, 30)).toEqual([13, 14, 17]);
});

test('channels add up in their colours, and hidden ones do not', () => {
  const frame = createFrame();
  frame.addTile(
    tileAt(0, 0, 0),
    bytes(TILE, TILE, () => 100, 4),
  );
  const channels = (
    [
      [255, 0, 0],
      [0, 255, 0],
      [255, 255, 255],
      [0, 0, 255],
    ] as const
  ).map((colour, i) => ({
    ...GREY,
    ...{ colour, high: 200, shown: i !== 3 },
  }));
  expect(colourAt(frame, sceneOf({ channels }), 5, 5)).toEqual([255, 255, 130]);
  const all = channels.map((channel) => ({ ...channel, shown: true }));
  expect(colourAt(frame, sceneOf({ channels: all }), 5, 5)).toEqual([255, 255, 255]);
});

test('numbers have outlines; what is marked is white', () => {
  const frame = createFrame();
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE >= 10 && i % SIDE < 20 ? 1 : 0));
  const layer: Layer = { width: SIDE, height: SIDE, data, kind: 'classes', opacity: 1, shape: 'outline' };
  const view = { scale: 2, x: 0, y: 0 };
  const row = (change: Partial<Layer>) => {
    const scene = sceneOf({ view, layers: [{ ...layer, ...change }] });
    return [19, 20, 24, 39, 40].map((x) => colourAt(frame, scene, x, 30));
  };
  const ground = [13, 14, 17];
  expect(row({})).toEqual([ground, ORANGE, ground, ORANGE, ground]);
  expect(row({ shape: 'filled' })).toEqual([ground, ORANGE, ORANGE, ORANGE, ground]);
  expect(row({ marked: 1 })).toEqual([ground, [255, 255, 255], ground, [255, 255, 255], ground]);
});

test('a layer that is a smaller copy lies over the whole image', () => {
  const frame = createFrame();
  const data = new Uint8Array(4).fill(1, 3);
  const layer: Layer = {
    ...{ width: 2, height: 2, data, over: { width: 40, height: 40 } },
    ...{ kind: 'classes', opacity: 1, shape: 'filled' },
  };
  const scene = sceneOf({ layers: [layer] });
  expect([19, 20, 39, 40].map((at) => colourAt(frame, scene, at, at)[0])).toEqual([13, 255, 255, 13]);
});

/** Pixels of a side of the page's picture. */
const SCREEN = 30;

/** What may happen between two frames. */
type Happening =
  | { readonly move: readonly [number, number] }
  | { readonly scale: number }
  | { readonly divider: number }
  | { readonly stroke: Rectangle; readonly value: number }
  | { readonly tile: readonly [number, number, number]; readonly isThere: boolean };

const whole = (max: number) => fc.integer({ min: 0, max });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    move: fc.tuple(fc.double({ min: -30, max: 30, noNaN: true }), fc.integer({ min: -60, max: 60 })),
  }),
  fc.record({ scale: fc.constantFrom(0.3, 0.5, 1, 1.7, 3) }),
  fc.record({ divider: whole(SCREEN) }),
  fc.record({
    value: whole(3),
    stroke: fc.record({ x: whole(30), y: whole(30), width: fc.constant(7), height: fc.constant(5) }),
  }),
  fc.record({ tile: fc.tuple(whole(1), whole(1), whole(1)), isThere: fc.boolean() }),
);

test('what is kept from frame to frame is what would be painted anew', () => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 1, maxLength: 8 }), fc.boolean(), (all, isCompared) => {
      const frame = createFrame();
      const there = new Map<string, ReturnType<typeof tileAt>>();
      const data = new Uint8Array(SIDE * SIDE);
      const layer: Layer = { width: SIDE, height: SIDE, data, kind: 'classes', opacity: 0.5, shape: 'both' };
      let [scale, x, y, divider] = [1, 0, 0, 15];
      const pixelsOf = ({ level, place }: ReturnType<typeof tileAt>) =>
        bytes(TILE, TILE, (column, row) => 40 * level + place.x + 3 * column + 2 * row);
      for (const one of all) {
        if ('move' in one) [x, y] = [x + one.move[0], y + one.move[1]];
        if ('scale' in one) scale = one.scale;
        if ('divider' in one) divider = one.divider;
        if ('stroke' in one) {
          for (let row = one.stroke.y; row < one.stroke.y + one.stroke.height; row++) {
            data.fill(one.value, row * SIDE + one.stroke.x, row * SIDE + one.stroke.x + one.stroke.width);
          }
          frame.update(data, SIDE, one.stroke);
        }
        if ('tile' in one) {
          const [level, column, row] = one.tile;
          const tile = level === 0 ? tileAt(0, column, row) : tileAt(1, 0, 0);
          if (there.has(tile.key) && !one.isThere) frame.dropTile(tile);
          if (!there.has(tile.key) && one.isThere) frame.addTile(tile, pixelsOf(tile));
          if (one.isThere) there.set(tile.key, tile);
          else there.delete(tile.key);
        }
        const panes = [
          { layers: [layer], left: 0, from: 0, to: divider - 1 },
          { layers: [], left: divider, from: divider + 1, to: SCREEN },
        ];
        const scene = sceneOf({
          ...{ view: { scale, x, y }, density: 1.5, channels: CHANNELS },
          screen: { width: SCREEN, height: SCREEN },
          panes: isCompared ? panes : [{ layers: [layer], left: 0, from: 0, to: SCREEN }],
        });
        const anew = createFrame();
        for (const tile of there.values()) anew.addTile(tile, pixelsOf(tile));
        const wanted = anew.draw(scene).sheet.pixels;
        expect(frame.draw(scene).sheet.pixels.findIndex((pixel, i) => pixel !== wanted[i])).toBe(-1);
      }
    }),
    { numRuns: 60 },
  );
});

/** The same object, as the page keeps it. */
const CHANNELS = [GREY];
