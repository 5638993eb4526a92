/** Rectangles of whole pixels of the screen. */
import type { Rectangle } from '../../api.ts';
import type { View } from '../view.ts';

/** `right` and `bottom` are the first pixels beyond it. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The pixels of the screen whose middle lies in a rectangle of the image. */
export function boxOf(area: Rectangle, { scale, x, y }: View): Box {
  const edge = (at: number, offset: number): number => Math.ceil(at * scale + offset - 0.5);
  return {
    left: edge(area.x, x),
    top: edge(area.y, y),
    right: edge(area.x + area.width, x),
    bottom: edge(area.y + area.height, y),
  };
}

/** What two boxes share; null where that is nothing. */
export function common(a: Box, b: Box): Box | null {
  const [left, top] = [Math.max(a.left, b.left), Math.max(a.top, b.top)];
  const [right, bottom] = [Math.min(a.right, b.right), Math.min(a.bottom, b.bottom)];
  return left < right && top < bottom ? { left, top, right, bottom } : null;
}

/** What is left of a box, in boxes that do not overlap. */
export function without(box: Box, taken: Box): readonly Box[] {
  const hole = common(box, taken);
  if (hole === null) return [box];
  return [
    { ...box, bottom: hole.top },
    { ...box, top: hole.bottom },
    { ...hole, left: box.left, right: hole.left },
    { ...hole, left: hole.right, right: box.right },
  ].filter(({ left, top, right, bottom }) => left < right && top < bottom);
}

/** The smallest box around some; null around none. */
export function around(boxes: readonly Box[]): Box | null {
  const [first, ...others] = boxes;
  if (first === undefined) return null;
  return others.reduce(
    (all, one) => ({
      left: Math.min(all.left, one.left),
      top: Math.min(all.top, one.top),
      right: Math.max(all.right, one.right),
      bottom: Math.max(all.bottom, one.bottom),
    }),
    first,
  );
}
