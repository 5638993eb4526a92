/** How one picture, or two that are compared, lie on the screen. */
import type { Rectangle } from '../api.ts';
import type { Layer, Pane } from './scene.ts';
import type { Size, View } from './view.ts';

/** How two are compared: `swipe`, the right one beyond the divider (0 to 1), or `side` by side. */
export interface Comparison {
  readonly way: 'swipe' | 'side';
  readonly divider: number;
}

/** Pixels of the screen between two pictures, on either side of the middle. */
const GAP = 1;

/** The part of an image that is on the screen. */
export function seenPart({ scale, x, y }: View, { width, height }: Size): Rectangle {
  return { x: -x / scale, y: -y / scale, width: width / scale, height: height / scale };
}

/** Side by side, each picture has half of the screen. */
export function paneSize({ width, height }: Size, way: Comparison['way'] | undefined): Size {
  return { width: way === 'side' ? width / 2 : width, height };
}

/** A place of the screen as one of the picture that is there. */
export function inPane(x: number, y: number, { width }: Size, way: Comparison['way'] | undefined) {
  const half = width / 2;
  return { x: way === 'side' && x >= half ? x - half : x, y };
}

export function panesOf(
  [first = [], second]: readonly (readonly Layer[])[],
  comparison: Comparison | undefined,
  { width }: Size,
): readonly Pane[] {
  if (second === undefined || comparison === undefined) {
    return [{ layers: first, left: 0, from: 0, to: width }];
  }
  const { way, divider } = comparison;
  const middle = way === 'side' ? width / 2 : divider * width;
  return [
    { layers: first, left: 0, from: 0, to: middle - GAP },
    { layers: second, left: way === 'side' ? middle : 0, from: middle + GAP, to: width },
  ];
}
