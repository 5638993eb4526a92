/** Layers over an image, painted pixel by pixel as the programs of the graphics card do it. */
import { CLASS_COLOURS, type Colour } from '../colours.ts';
import type { Layer } from '../scene.ts';
import type { View } from '../view.ts';
import { type Box, boxOf, common } from './boxes.ts';
import { inMemory, type Sheet } from './sheet.ts';

/** @param reach pixels of the layer from where an outline reaches into a number */
export function paintLayer(sheet: Sheet, within: Box, layer: Layer, view: View, reach: number): void {
  const { width, height } = layer.over ?? layer;
  const box = common(within, boxOf({ x: 0, y: 0, width, height }, view));
  if (box === null) return;
  const [acrossX, acrossY] = [layer.width / width, layer.height / height];
  const { columns, before, after } = sheet;
  for (let x = box.left, i = 0; x < box.right; x++, i++) {
    const at = ((x + 0.5 - view.x) / view.scale) * acrossX;
    columns[i] = inside(at, layer.width);
    before[i] = inside(at - reach, layer.width);
    after[i] = inside(at + reach, layer.width);
  }
  const colouring = layer.kind === 'heat' ? null : colouringOf(layer);
  const heat = layer.kind === 'heat' ? heatOf(layer.opacity) : null;
  for (let y = box.top; y < box.bottom; y++) {
    const at = ((y + 0.5 - view.y) / view.scale) * acrossY;
    const row = inside(at, layer.height) * layer.width;
    const start = y * sheet.width + box.left;
    const count = box.right - box.left;
    if (heat !== null) warm(sheet, start, count, layer, row, heat);
    if (colouring === null) continue;
    const above = inside(at - reach, layer.height) * layer.width;
    const below = inside(at + reach, layer.height) * layer.width;
    number(sheet, start, count, layer, [row, above, below], colouring);
  }
}

interface Colouring {
  readonly colourOf: (number: number) => number;
  /** Opacity from 0 to 256 of what is at an edge and within. */
  readonly edge: number;
  readonly inner: number;
  readonly marked: number;
}

function colouringOf(layer: Layer): Colouring {
  const { shape, opacity, marked = 0 } = layer;
  const part = (of: number): number => Math.round(256 * of);
  return {
    marked,
    colourOf: coloursOf(layer),
    edge: part(shape === 'filled' ? opacity : Math.max(opacity, 0.9)),
    inner: part(shape === 'filled' ? opacity : shape === 'both' ? 0.6 * opacity : 0),
  };
}

/** Numbers with their outlines. */
function number(
  { pixels, columns, before, after }: Sheet,
  start: number,
  count: number,
  { data, shape }: Layer,
  [row, above, below]: readonly [number, number, number],
  { colourOf, edge, inner, marked }: Colouring,
): void {
  let last = 0;
  let colour = 0;
  for (let i = 0; i < count; i++) {
    const column = columns[i] as number;
    const value = data[row + column] as number;
    if (value === 0) continue;
    const isEdge =
      data[row + (before[i] as number)] !== value ||
      data[row + (after[i] as number)] !== value ||
      data[above + column] !== value ||
      data[below + column] !== value;
    if (shape === 'outline' && !isEdge) continue;
    const at = start + i;
    if (value === marked) {
      pixels[at] = blended(pixels[at] as number, WHITE, isEdge ? 256 : MARKED);
      continue;
    }
    if (value !== last) {
      last = value;
      colour = colourOf(value);
    }
    pixels[at] = blended(pixels[at] as number, colour, isEdge ? edge : inner);
  }
}

const WHITE = inMemory([255, 255, 255]);
/** Opacity from 0 to 256. */
const MARKED = 77;

function blended(under: number, colour: number, opacity: number): number {
  const rest = 256 - opacity;
  // Red and blue at once: neither reaches the bits of the other.
  const redBlue = (((under & 0xff00ff) * rest + (colour & 0xff00ff) * opacity) >>> 8) & 0xff00ff;
  const green = (((under & 0xff00) * rest + (colour & 0xff00) * opacity) >>> 8) & 0xff00;
  return (0xff000000 | redBlue | green) >>> 0;
}

function coloursOf({ kind, colour }: Layer): (number: number) => number {
  const palette = (colour === undefined ? CLASS_COLOURS : [colour]).map(inMemory);
  const ofClass = (index: number): number => palette[(index - 1) % palette.length] ?? 0;
  if (kind === 'classes') return ofClass;
  if (kind === 'numbered-classes') return (value) => ofClass(value >>> 16);
  if (kind === 'one-colour') return () => ofClass(1);
  return kind === 'numbered' ? (value) => inMemory(ofObject(value & 0xffff)) : (v) => inMemory(ofObject(v));
}

/** Neighbouring numbers are far apart on the circle of colours. */
function ofObject(number: number): Colour {
  const hue = (number * 0.61803398875) % 1;
  const part = (turn: number): number => {
    const bright = Math.abs(((hue + turn) % 1) * 6 - 3) - 1;
    return Math.round(255 * (0.75 * Math.min(1, Math.max(0, bright)) + 0.25));
  };
  return [part(0), part(2 / 3), part(1 / 3)];
}

interface Heat {
  readonly colours: Uint32Array;
  readonly opacities: Uint32Array;
}

/** Of values from 0 to 1 in 255 steps. */
function heatOf(opacity: number): Heat {
  const heat = { colours: new Uint32Array(256), opacities: new Uint32Array(256) };
  for (let i = 0; i < 256; i++) {
    const value = i / 255;
    const [green, blue] = [Math.max(0, 2 * value - 0.6), 0.5 * value ** 3];
    heat.colours[i] = inMemory([255, Math.round(255 * Math.min(1, green)), Math.round(255 * blue)]);
    heat.opacities[i] = Math.round(256 * opacity * Math.min(1, 1.6 * value));
  }
  return heat;
}

function warm(
  { pixels, columns }: Sheet,
  start: number,
  count: number,
  { data }: Layer,
  row: number,
  { colours, opacities }: Heat,
): void {
  for (let i = 0; i < count; i++) {
    const value = 255 * (data[row + (columns[i] as number)] as number) + 0.5;
    const step = value > 255 ? 255 : value > 0 ? value | 0 : 0;
    const at = start + i;
    pixels[at] = blended(pixels[at] as number, colours[step] as number, opacities[step] as number);
  }
}

function inside(at: number, size: number): number {
  return at < 0 ? 0 : at >= size ? size - 1 : Math.floor(at);
}
