import { expect, it } from 'vitest';
import { overlayOutline } from './overlay.js';

const display = {
  width: 4,
  height: 4,
  channels: 1,
  dtype: 'uint8',
  data: new Uint8Array(16).fill(9),
} as const;

function painted(regions: readonly number[]): string {
  const { data } = overlayOutline(
    display,
    { width: 4, height: 4, data: Uint8Array.from(regions) },
    [255, 0, 1],
  );
  const pixels = Array.from({ length: 16 }, (_, i) => (data[i * 3] === 255 ? 'x' : '.')).join('');
  return pixels.replace(/(.{4})(?=.)/g, '$1 ');
}

it('paints the rim of a region and leaves its inside', () => {
  expect(painted([1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0])).toBe('..x. ..x. xxx. ....');
});

it('paints the border between two objects that touch', () => {
  expect(painted([1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2])).toBe('.xx. .xx. .xx. .xx.');
});

it('paints in the colour and keeps the rest of the picture', () => {
  const regions = { width: 4, height: 4, data: Uint8Array.of(1, ...new Array<number>(15).fill(0)) };
  const { data } = overlayOutline(display, regions, [255, 0, 1]);
  expect([...data.slice(0, 6)]).toEqual([255, 0, 1, 9, 9, 9]);
});

it('refuses regions of another size', () => {
  expect(() => overlayOutline(display, { width: 2, height: 2, data: new Uint8Array(4) }, [0, 0, 0])).toThrow(
    RangeError,
  );
});
