import type { LabelImage } from '../labels/connected-components.js';
import { fillOutlines, type PaintRun } from './fill.js';
import { outlinesOf } from './outline.js';
import type { OvalShape, RectangleShape, Roi } from './roi.js';

/**
 * Paints regions into an image of numbered objects: the first has number 1, the next 2, and later ones lie over
 * earlier ones. Which pixels a region has follows ImageJ (ij.gui, `getMask`): those whose centres lie inside; of
 * rectangles and ovals the whole pixels around them. Lines have no area and are left out, but keep their number;
 * of points, each marks the pixel in which it lies.
 */
export function labelsFromRois(
  rois: readonly Roi[],
  { width, height }: Pick<LabelImage, 'width' | 'height'>,
): LabelImage {
  const data = new Uint32Array(width * height);
  rois.forEach((roi, i) => {
    fillRoi(roi, { width, height }, (row, start, end) => {
      data.fill(i + 1, row * width + start, row * width + end);
    });
  });
  return { width, height, count: rois.length, data };
}

function fillRoi(roi: Roi, size: { readonly width: number; readonly height: number }, paint: PaintRun): void {
  if (roi.type === 'points') {
    for (const [x, y] of roi.points) {
      const [column, row] = [Math.floor(x), Math.floor(y)];
      if (column >= 0 && row >= 0 && column < size.width && row < size.height) paint(row, column, column + 1);
    }
  } else if (roi.type === 'oval') fillOval(wholePixels(roi), size, paint);
  else fillOutlines(outlinesOf(roi.type === 'rectangle' ? wholePixels(roi) : roi) ?? [], size, paint);
}

/** ImageJ cuts off the fractions of the corner, and rounds the size up; each side has a pixel at least. */
function wholePixels<Shape extends RectangleShape | OvalShape>(shape: Shape): Shape {
  const { x, y, width, height } = shape;
  const side = (length: number) => Math.max(1, Math.ceil(length));
  return { ...shape, x: Math.trunc(x), y: Math.trunc(y), width: side(width), height: side(height) };
}

/** The pixels whose centres lie in the ellipse or on it. */
function fillOval(
  { x, y, width, height }: OvalShape,
  size: { readonly width: number; readonly height: number },
  paint: PaintRun,
): void {
  const [a, b] = [width / 2, height / 2];
  for (let row = Math.max(0, y); row < Math.min(size.height, y + height); row++) {
    const across = (row - y + 0.5 - b) ** 2 / b ** 2;
    const inside = (column: number) => (column - x + 0.5 - a) ** 2 / a ** 2 + across <= 1;
    const reach = a * Math.sqrt(Math.max(0, 1 - across));
    // Rounding may put the end of a row one pixel off: the equation itself decides.
    let start = Math.ceil(x + a - reach - 0.5) - 1;
    while (start < x + a && !inside(start)) start++;
    const end = 2 * x + width - start;
    if (start < end) paint(row, Math.max(0, start), Math.min(size.width, end));
  }
}
