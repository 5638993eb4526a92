import { HEADER, HEADER2, KINDS, OPTIONS, SIGNATURE, SUBKINDS, VERSION } from './layout.js';
import { type CompositeShape, type Point, pathOf, type Roi, type RoiColour, type RoiShape } from './roi.js';

/**
 * Writes an ImageJ `.roi` file, which ImageJ 1.43 and newer read. Whole coordinates are written as such, fractions
 * as float32. A closed outline of more than 65,535 points is written as a composite, as ImageJ does.
 * Throws a RangeError for a shape without points, an open line of more points, or a number that is not finite.
 */
export function encodeRoi(roi: Roi): Uint8Array {
  const shape = writable(roi);
  const points = pointsOf(shape);
  const numbers = shape.type === 'composite' ? pathNumbers(shape) : [];
  const [left, top, right, bottom] = boundsOf(shape);
  if (![left, top, right, bottom].every(Number.isFinite)) {
    throw new RangeError(`The region “${roi.name}” has no points, or a coordinate that is not finite.`);
  }
  const near =
    Math.min(left, top) >= -5000 && Math.max(right, bottom, right - left, bottom - top) <= GREATEST_WHOLE;
  const subPixel = !isWhole(shape) || !near;
  const marks = shape.type === 'points' ? (shape.marks ?? []) : [];
  const second = HEADER + points.length * (subPixel ? 12 : 4) + numbers.length * 4;
  const name = second + HEADER2;
  const bytes = new Uint8Array(name + roi.name.length * 2 + marks.length * 4);
  bytes.set(SIGNATURE);
  const view = new DataView(bytes.buffer);
  view.setUint16(4, VERSION);
  setShape(view, shape, subPixel ? OPTIONS.subPixel : 0);
  [top, left, bottom, right].forEach((edge, i) => {
    view.setInt16(8 + i * 2, Math.min(GREATEST_WHOLE, Math.max(-5000, edge)));
  });
  setPoints(view, points, { left, top, precision: subPixel ? 'float' : 'whole' });
  view.setInt32(36, numbers.length);
  numbers.forEach((number, i) => {
    view.setFloat32(HEADER + i * 4, number);
  });
  setProperties(view, roi, second);
  view.setInt32(second + 16, name);
  view.setInt32(second + 20, roi.name.length);
  for (let i = 0; i < roi.name.length; i++) view.setUint16(name + i * 2, roi.name.charCodeAt(i));
  if (marks.length > 0) {
    const at = name + roi.name.length * 2;
    view.setInt32(second + 48, at);
    marks.forEach(({ counter, plane }, i) => {
      view.setUint32(at + i * 4, (((plane ?? -1) + 1) << 8) | counter);
    });
  }
  return bytes;
}

const MOST_POINTS = 65_535;

/** 16-bit numbers are read as -5000 to 60,535; ImageJ itself uses float32 from 60,000 on. */
const GREATEST_WHOLE = 60_000;

function writable(roi: Roi): RoiShape {
  switch (roi.type) {
    case 'polygon':
    case 'freehand':
    case 'traced':
      return roi.points.length > MOST_POINTS ? { type: 'composite', paths: [pathOf(roi.points)] } : roi;
    case 'polyline':
    case 'freeline':
    case 'angle':
      if (roi.points.length <= MOST_POINTS) return roi;
      throw new RangeError(`A ${roi.type} of ImageJ has at most 65,535 points, not ${roi.points.length}.`);
    case 'points':
      if (roi.marks === undefined || roi.marks.length === roi.points.length) return roi;
      throw new RangeError(`${roi.points.length} points cannot have ${roi.marks.length} marks.`);
    default:
      return roi;
  }
}

function setShape(view: DataView, shape: RoiShape, options: number): void {
  const kind = shape.type === 'composite' ? 'rectangle' : shape.type;
  view.setUint8(6, kind === 'ellipse' || kind === 'rotated-rectangle' ? KINDS.freehand : KINDS[kind]);
  view.setUint16(50, OPTIONS.scaleStrokeWidth | options);
  const setFloats = (numbers: readonly number[]) =>
    numbers.forEach((number, i) => {
      view.setFloat32(18 + i * 4, number);
    });
  switch (shape.type) {
    case 'rectangle':
    case 'oval':
      if (options & OPTIONS.subPixel) setFloats([shape.x, shape.y, shape.width, shape.height]);
      if (shape.type === 'rectangle') view.setInt16(54, shape.cornerDiameter ?? 0);
      break;
    case 'line':
      setFloats([...shape.from, ...shape.to]);
      break;
    case 'ellipse':
    case 'rotated-rectangle':
      setFloats([...shape.from, ...shape.to]);
      view.setUint16(48, shape.type === 'ellipse' ? SUBKINDS.ellipse : SUBKINDS.rotatedRectangle);
      view.setFloat32(52, shape.type === 'ellipse' ? shape.aspectRatio : shape.breadth);
  }
}

/** The points that stand as such in the file. ImageJ makes an ellipse anew, but wants to find points. */
function pointsOf(shape: RoiShape): readonly Point[] {
  switch (shape.type) {
    case 'ellipse':
    case 'rotated-rectangle':
      return [shape.from, shape.to];
    case 'rectangle':
    case 'oval':
    case 'line':
    case 'composite':
      return [];
    default:
      return shape.points;
  }
}

function pathNumbers({ paths }: CompositeShape): number[] {
  return paths.flatMap(({ start, steps }) => [
    0,
    ...start,
    ...steps.flatMap(({ to, controls = [] }) => [1 + controls.length, ...controls.flat(), ...to]),
    4,
  ]);
}

/** Every point that the bounds must hold. */
function extentOf(shape: RoiShape): readonly Point[] {
  switch (shape.type) {
    case 'rectangle':
    case 'oval':
      return [
        [shape.x, shape.y],
        [shape.x + shape.width, shape.y + shape.height],
      ];
    case 'line':
    case 'ellipse':
    case 'rotated-rectangle':
      return [shape.from, shape.to];
    case 'composite':
      return shape.paths.flatMap(({ start, steps }) => [
        start,
        ...steps.flatMap(({ to, controls = [] }) => [to, ...controls]),
      ]);
    default:
      return shape.points;
  }
}

/** Left, top, right and bottom in whole pixels. */
function boundsOf(shape: RoiShape): [number, number, number, number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of extentOf(shape)) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return [Number.NaN, 0, 0, 0];
    left = Math.min(left, Math.floor(x));
    top = Math.min(top, Math.floor(y));
    right = Math.max(right, Math.ceil(x));
    bottom = Math.max(bottom, Math.ceil(y));
  }
  return [left, top, right, bottom];
}

/** Whether 16-bit numbers hold the shape; composites, lines and ellipses are float32 anyhow. */
function isWhole(shape: RoiShape): boolean {
  switch (shape.type) {
    case 'line':
    case 'composite':
      return true;
    case 'ellipse':
    case 'rotated-rectangle':
      return false;
    default:
      return extentOf(shape).every(([x, y]) => Number.isInteger(x) && Number.isInteger(y));
  }
}

function setPoints(
  view: DataView,
  points: readonly Point[],
  form: { readonly left: number; readonly top: number; readonly precision: 'float' | 'whole' },
): void {
  const count = points.length;
  if (count > MOST_POINTS) view.setInt32(18, count);
  else view.setUint16(16, count);
  points.forEach(([x, y], i) => {
    view.setInt16(HEADER + i * 2, Math.min(GREATEST_WHOLE, Math.round(x) - form.left));
    view.setInt16(HEADER + (count + i) * 2, Math.min(GREATEST_WHOLE, Math.round(y) - form.top));
    if (form.precision === 'whole') return;
    view.setFloat32(HEADER + (count + i) * 4, x);
    view.setFloat32(HEADER + (count * 2 + i) * 4, y);
  });
}

/** Points have a size in place of a stroke width. */
const SMALL_POINT = 1;

function setProperties(view: DataView, roi: Roi, second: number): void {
  const { position = {}, strokeColour, fillColour, strokeWidth = 0, group = 0 } = roi;
  view.setInt16(34, roi.type === 'points' ? SMALL_POINT : Math.ceil(strokeWidth));
  view.setFloat32(second + 36, strokeWidth);
  setColour(view, 40, strokeColour);
  setColour(view, 44, fillColour);
  view.setInt32(56, (position.plane ?? -1) + 1);
  view.setInt32(60, second);
  view.setInt32(second + 4, (position.channel ?? -1) + 1);
  view.setInt32(second + 8, (position.slice ?? -1) + 1);
  view.setInt32(second + 12, (position.frame ?? -1) + 1);
  if (group > 255) view.setUint16(second + 52, group);
  else view.setUint8(second + 30, group);
}

function setColour(view: DataView, at: number, colour: RoiColour | undefined): void {
  if (colour === undefined) return;
  const [red, green, blue, opacity] = colour;
  [opacity, red, green, blue].forEach((part, i) => {
    view.setUint8(at + i, part);
  });
}
