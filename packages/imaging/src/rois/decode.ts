import { ImageFileError, truncated } from '../errors.js';
import { HEADER, HEADER2, KINDS, OPTIONS, SIGNATURE, SUBKINDS } from './layout.js';
import type { Point, Roi, RoiColour, RoiPath, RoiPosition, RoiProperties, RoiShape, RoiStep } from './roi.js';

/**
 * Reads an ImageJ `.roi` file. The name comes from the file's content, else from `file` without folder and ending.
 * Arrows come as lines, texts and images as the rectangles that they fill, fitted splines as the points that were
 * set. Throws an ImageFileError for anything else.
 */
export function decodeRoi(bytes: Uint8Array, file: string): Roi {
  if (bytes.length < HEADER) throw truncated(file, 'it has only a few bytes');
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) throw damagedRoi(file, 'it does not begin like one');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const roi: RoiFile = { view, file, version: view.getUint16(4), options: view.getUint16(50) };
  const size = view.getInt32(36);
  const shape = size > 0 ? { type: 'composite' as const, paths: readPaths(roi, size) } : readShape(roi);
  return { ...readProperties(roi), ...shape };
}

interface RoiFile {
  readonly view: DataView;
  readonly file: string;
  readonly version: number;
  readonly options: number;
}

function damagedRoi(file: string, detail: string): ImageFileError {
  const problem = `is no ImageJ region that can be read (${detail})`;
  return new ImageFileError({ file, problem, remedy: 'save the region again from ImageJ or Fiji' });
}

function readShape(roi: RoiFile): RoiShape {
  const { view, file } = roi;
  const kind = view.getUint8(6);
  const subkind = view.getUint16(48);
  switch (kind) {
    case KINDS.rectangle: {
      const cornerDiameter = view.getInt16(54);
      return { type: 'rectangle', ...readBounds(roi), ...(cornerDiameter > 0 && { cornerDiameter }) };
    }
    case KINDS.oval:
      return { type: 'oval', ...readBounds(roi) };
    case KINDS.line:
      return { type: 'line', ...readEnds(roi) };
    case KINDS.freehand: {
      const ratio = () => finite(roi, view.getFloat32(52));
      if (subkind === SUBKINDS.ellipse) return { type: 'ellipse', ...readEnds(roi), aspectRatio: ratio() };
      if (subkind === SUBKINDS.rotatedRectangle) {
        return { type: 'rotated-rectangle', ...readEnds(roi), breadth: ratio() };
      }
      return { type: 'freehand', points: readPoints(roi) };
    }
    case KINDS.points: {
      const points = readPoints(roi);
      return { type: 'points', points, ...readMarks(roi, points.length) };
    }
  }
  for (const type of ['polygon', 'traced', 'polyline', 'freeline', 'angle'] as const) {
    if (kind === KINDS[type]) return { type, points: readPoints(roi) };
  }
  throw damagedRoi(file, `there is no shape ${kind}`);
}

function readBounds(roi: RoiFile) {
  const { view, version, options } = roi;
  if (version >= 223 && options & OPTIONS.subPixel) {
    const [x = 0, y = 0, width = 0, height = 0] = [18, 22, 26, 30].map((at) =>
      finite(roi, view.getFloat32(at)),
    );
    return { x, y, width, height };
  }
  const [y = 0, x = 0, bottom = 0, right = 0] = [8, 10, 12, 14].map((at) => readShort(view, at));
  return { x, y, width: right - x, height: bottom - y };
}

function readEnds(roi: RoiFile): { from: Point; to: Point } {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = [18, 22, 26, 30].map((at) => finite(roi, roi.view.getFloat32(at)));
  return { from: [x1, y1], to: [x2, y2] };
}

function readPoints(roi: RoiFile): Point[] {
  const { view, file, version, options } = roi;
  const count = view.getUint16(16) || view.getInt32(18);
  const subPixel = version >= 222 && (options & OPTIONS.subPixel) !== 0;
  if (count <= 0) throw damagedRoi(file, 'it has no points');
  if (HEADER + count * (subPixel ? 12 : 4) > view.byteLength) {
    throw truncated(file, `its ${count} points lie beyond its end`);
  }
  if (subPixel) {
    const x = HEADER + count * 4;
    const number = (at: number) => finite(roi, view.getFloat32(at));
    return Array.from({ length: count }, (_, i) => [number(x + i * 4), number(x + (count + i) * 4)]);
  }
  const top = readShort(view, 8);
  const left = readShort(view, 10);
  const number = (at: number) => Math.max(0, readShort(view, at));
  return Array.from({ length: count }, (_, i) => [
    left + number(HEADER + i * 2),
    top + number(HEADER + (count + i) * 2),
  ]);
}

/** The control points that lead to the end of a step, by the kinds 1, 2 and 3. */
const STEP_NUMBERS: Readonly<Record<number, number>> = { 0: 2, 1: 2, 2: 4, 3: 6, 4: 0 };

function readPaths(roi: RoiFile, size: number): RoiPath[] {
  const { view, file } = roi;
  if (HEADER + size * 4 > view.byteLength) throw truncated(file, 'its paths lie beyond its end');
  const number = (i: number) => finite(roi, view.getFloat32(HEADER + i * 4));
  const paths: { start: Point; steps: RoiStep[] }[] = [];
  for (let i = 0; i < size; ) {
    const kind = number(i++);
    const count = STEP_NUMBERS[kind];
    if (count === undefined || i + count > size) throw damagedRoi(file, 'its paths make no sense');
    const points = Array.from(
      { length: count / 2 },
      (_, p): Point => [number(i + p * 2), number(i + p * 2 + 1)],
    );
    i += count;
    const [a, b, c] = points;
    const path = paths.at(-1);
    if (a === undefined) continue;
    if (kind === 0) paths.push({ start: a, steps: [] });
    else if (path === undefined) throw damagedRoi(file, 'its first path has no start');
    else if (b === undefined) path.steps.push({ to: a });
    else path.steps.push(c === undefined ? { to: b, controls: [a] } : { to: c, controls: [a, b] });
  }
  return paths;
}

function readProperties(roi: RoiFile): RoiProperties {
  const { view, version } = roi;
  const second = view.getInt32(60);
  const has = (bytes: number) => second >= HEADER && second + bytes <= view.byteLength;
  const short = version >= 218 && view.getUint8(6) !== KINDS.points ? Math.max(0, readShort(view, 34)) : 0;
  const precise = has(40) && view.getUint8(6) !== KINDS.points ? view.getFloat32(second + 36) : 0;
  const strokeWidth = precise > 0 && Number.isFinite(precise) ? precise : short;
  const strokeColour = version >= 218 ? readColour(view, 40) : undefined;
  const fillColour = version >= 218 ? readColour(view, 44) : undefined;
  const groupByte = has(36) ? view.getUint8(second + 30) : 0;
  const group = groupByte || version < 229 || !has(54) ? groupByte : view.getUint16(second + 52);
  const position = readPosition(view, has(36) ? second : undefined);
  return {
    name: readName(roi, second),
    ...(Object.keys(position).length > 0 && { position }),
    ...(strokeWidth > 0 && { strokeWidth }),
    ...(strokeColour && { strokeColour }),
    ...(fillColour && { fillColour }),
    ...(version >= 228 && group > 0 && { group }),
  };
}

/** Places count from 1 in the file, and 0 means all. */
function readPosition(view: DataView, second: number | undefined): RoiPosition {
  const at = (place: number) => (second === undefined ? 0 : view.getInt32(second + place));
  const [plane, channel, slice, frame] = [view.getInt32(56), at(4), at(8), at(12)];
  return {
    ...(plane > 0 && { plane: plane - 1 }),
    ...(channel > 0 && { channel: channel - 1 }),
    ...(slice > 0 && { slice: slice - 1 }),
    ...(frame > 0 && { frame: frame - 1 }),
  };
}

function readName({ view, file }: RoiFile, second: number): string {
  const given = file.replace(/^.*[/\\]/, '').replace(/\.roi$/i, '');
  if (second < HEADER || second + 24 > view.byteLength) return given;
  const at = view.getInt32(second + 16);
  const length = view.getInt32(second + 20);
  if (at < HEADER || length <= 0 || at + length * 2 > view.byteLength) return given;
  let name = '';
  for (let i = 0; i < length; i++) name += String.fromCharCode(view.getUint16(at + i * 2));
  return name;
}

function readColour(view: DataView, at: number): RoiColour | undefined {
  const [opacity = 0, red = 0, green = 0, blue = 0] = [0, 1, 2, 3].map((byte) => view.getUint8(at + byte));
  return view.getUint32(at) === 0 ? undefined : [red, green, blue, opacity];
}

/** The counter of a point is the low byte of its number, the page (from 1) the others. */
function readMarks({ view, version }: RoiFile, count: number) {
  const second = view.getInt32(60);
  if (version < 227 || second < HEADER || second + HEADER2 > view.byteLength) return {};
  const at = view.getInt32(second + 48);
  if (at < HEADER || at + count * 4 > view.byteLength) return {};
  const marks = Array.from({ length: count }, (_, i) => {
    const mark = view.getUint32(at + i * 4);
    const page = mark >>> 8;
    return { counter: mark & 0xff, ...(page > 0 && { plane: page - 1 }) };
  });
  return { marks };
}

/** A 16-bit number that ImageJ takes as signed down to -5000, below that as unsigned. */
function readShort(view: DataView, at: number): number {
  const signed = view.getInt16(at);
  return signed < -5000 ? signed + 65_536 : signed;
}

function finite({ file }: Pick<RoiFile, 'file'>, value: number): number {
  if (Number.isFinite(value)) return value;
  throw damagedRoi(file, `a coordinate is ${value}`);
}
