/** The tool in hand as the picture uses it. */
import { useEffect, useRef } from 'react';
import type { Pixels, Rectangle } from '../api.ts';
import type { PictureTool } from '../viewer/picture.tsx';
import type { Drawing } from './drawing.ts';
import type { ToolName } from './tool-names.ts';
import { fillPolygon, floodFill, type Point, paintLine } from './tools.ts';

export interface ToolOptions {
  readonly tool: ToolName;
  /** The class that is painted. */
  readonly value: number;
  /** Of brush and eraser, in pixels. */
  readonly radius: number;
  /** Of the wand: part of the range of brightness, in percent. */
  readonly tolerance: number;
  /** What the wand goes by. */
  readonly pixels: Pixels | undefined;
  readonly drawing: () => Drawing | null;
  /** Shows a rectangle anew, and is told when a stroke is done. */
  readonly show: (area: Rectangle | null) => void;
  readonly done: () => void;
}

/** Half the width of a cut: wide enough that the halves do not touch over corners. */
const CUT = 1;
/** Half the width of an outline while it is drawn. */
const LINE = 0.8;
/** Pixels of the image within which a click closes an outline, or is no drag. */
const NEAR = 3;

export function useTool(options: ToolOptions): PictureTool | undefined {
  const latest = useRef(options);
  latest.current = options;
  const last = useRef<Point>({ x: 0, y: 0 });
  const outline = useRef<Point[]>([]);
  const dragged = useRef(0);
  const { tool, radius } = options;

  useEffect(() => {
    // An outline that was begun does not outlive its tool.
    if (tool !== 'outline') return;
    const key = (event: KeyboardEvent): void => {
      if (outline.current.length === 0) return;
      if (event.key === 'Enter') close(latest.current, outline);
      if (event.key === 'Escape') {
        outline.current = [];
        latest.current.show(latest.current.drawing()?.abandon() ?? null);
      }
    };
    addEventListener('keydown', key);
    return () => {
      removeEventListener('keydown', key);
      outline.current = [];
      latest.current.show(latest.current.drawing()?.abandon() ?? null);
    };
  }, [tool]);

  if (tool === 'move') return undefined;
  return {
    radius: tool === 'brush' || tool === 'eraser' ? radius : null,
    down(at) {
      const { drawing: get, show, value } = latest.current;
      const drawing = get();
      if (drawing === null) return;
      last.current = at;
      dragged.current = 0;
      if (tool === 'outline') {
        const [first] = outline.current;
        const before = outline.current.at(-1);
        if (first !== undefined && outline.current.length > 2 && distance(first, at) <= NEAR) {
          close(latest.current, outline);
          return;
        }
        outline.current.push(at);
        show(drawing.draw((on) => paintLine(on, before ?? at, at, LINE, value)));
        return;
      }
      show(drawing.draw((labels) => begin(latest.current, labels, at)));
    },
    move(at) {
      const { drawing: get, show, value } = latest.current;
      const drawing = get();
      if (drawing === null) return;
      const from = last.current;
      last.current = at;
      dragged.current += distance(from, at);
      const stroke = strokeOf(latest.current);
      if (stroke !== null) show(drawing.draw((on) => paintLine(on, from, at, stroke.radius, stroke.value)));
      if (tool === 'outline' && outline.current.length > 0) {
        outline.current.push(at);
        show(drawing.draw((on) => paintLine(on, from, at, LINE, value)));
      }
    },
    up() {
      const { drawing: get, done } = latest.current;
      if (tool === 'outline') {
        if (outline.current.length > 0 && dragged.current > NEAR) close(latest.current, outline);
        return;
      }
      get()?.end();
      done();
    },
  };
}

function close({ drawing: get, show, done, value }: ToolOptions, outline: { current: Point[] }): void {
  const points = outline.current;
  outline.current = [];
  const drawing = get();
  if (drawing === null) return;
  show(drawing.draw((on) => fillPolygon(on, points, value)));
  drawing.end();
  done();
}

/** What tools do where they are set down. */
function begin(options: ToolOptions, on: Parameters<typeof floodFill>[0], at: Point): Rectangle | null {
  const { tool, value, tolerance, pixels } = options;
  const stroke = strokeOf(options);
  if (stroke !== null) return paintLine(on, at, at, stroke.radius, stroke.value);
  const sameClass = (pixel: number, start: number): boolean => on.data[pixel] === on.data[start];
  if (tool === 'delete') {
    return on.data[Math.floor(at.y) * on.width + Math.floor(at.x)] === 0
      ? null
      : floodFill(on, at, sameClass, 0);
  }
  if (tool === 'fill') return floodFill(on, at, sameClass, value);
  if (tool === 'wand' && pixels !== undefined) {
    const { data, channels } = pixels;
    const reach = (tolerance / 100) * rangeOf(data);
    const brightness = (pixel: number): number => {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += data[pixel * channels + c] as number;
      return sum / channels;
    };
    return floodFill(
      on,
      at,
      (pixel, start) => Math.abs(brightness(pixel) - brightness(start)) <= reach,
      value,
    );
  }
  return null;
}

function strokeOf({
  tool,
  radius,
  value,
}: ToolOptions): { readonly radius: number; readonly value: number } | null {
  if (tool === 'brush') return { radius, value };
  if (tool === 'eraser') return { radius, value: 0 };
  if (tool === 'split') return { radius: CUT, value: 0 };
  return null;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function rangeOf(data: ArrayLike<number>): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}
