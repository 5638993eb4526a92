/** The tool in hand as the picture uses it. */
import { useEffect, useRef } from 'react';
import type { Rectangle } from '../api.ts';
import type { PictureTool } from '../viewer/use-pointer.ts';
import { type Click, click } from './clicks.ts';
import type { Drawing } from './drawing.ts';
import { paintOf, type Stroke, strokeOf } from './strokes.ts';
import { fillPolygon, type Paint, type Point, paintLine } from './tools.ts';

export interface ToolOptions extends Click {
  readonly drawing: () => Drawing | null;
  /** Shows a rectangle anew, and is told when a stroke is done. */
  readonly show: (area: Rectangle | null) => void;
  readonly done: () => void;
  readonly onChosen: (value: number | null) => void;
  /** Tells why nothing was done; empty when something was. */
  readonly say: (note: string) => void;
}

/** Half the width of an outline while it is drawn: pixels of the image, and at least so many of the screen. */
const LINE = 0.8;
const LINE_SEEN = 1.2;
/** Pixels of the screen within which a click closes an outline, or is no drag. */
const NEAR = 8;

const NO_NUMBER = 'All numbers of objects are taken.';

interface Outline {
  readonly points: Point[];
  readonly paint: Paint;
}

export function useTool(options: ToolOptions): PictureTool | undefined {
  const latest = useRef(options);
  latest.current = options;
  const last = useRef<Point>({ x: 0, y: 0 });
  const stroke = useRef<Stroke | null>(null);
  const outline = useRef<Outline | null>(null);
  /** Pixels of the screen that the pointer went since it was set down. */
  const dragged = useRef(0);
  const { tool, radius } = options;

  useEffect(() => {
    // A stroke that was begun ends with its tool, and with the board.
    void tool;
    return () => {
      if (stroke.current !== null) end(latest.current, stroke);
    };
  }, [tool]);

  useEffect(() => {
    // An outline that was begun does not outlive its tool.
    if (tool !== 'outline') return;
    const giveUp = (): void => {
      if (outline.current === null) return;
      outline.current = null;
      latest.current.show(latest.current.drawing()?.abandon() ?? null);
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Enter') close(latest.current, outline);
      if (event.key === 'Escape') giveUp();
    };
    addEventListener('keydown', key);
    return () => {
      removeEventListener('keydown', key);
      giveUp();
    };
  }, [tool]);

  if (tool === 'move') return undefined;
  return {
    radius: tool === 'brush' || tool === 'eraser' ? radius : null,
    down(at, scale) {
      const { drawing: get, show, say, onChosen } = latest.current;
      const drawing = get();
      if (drawing === null) return;
      say('');
      const from = last.current;
      last.current = at;
      dragged.current = 0;
      if (tool === 'outline') {
        // Undo has taken it back.
        if (!drawing.isOpen) outline.current = null;
        const [first] = outline.current?.points ?? [];
        const isClosed = first !== undefined && scale * distance(first, at) <= NEAR;
        if (isClosed && (outline.current?.points.length ?? 0) > 2) {
          close(latest.current, outline);
          return;
        }
        const paint = outline.current?.paint ?? paintOf(latest.current, drawing.labels, at);
        if (paint === null) return say(NO_NUMBER);
        const isBegun = outline.current !== null;
        outline.current ??= { points: [], paint };
        outline.current.points.push(at);
        show(drawing.draw((on) => paintLine(on, isBegun ? from : at, at, lineAt(scale), paint)));
        return;
      }
      stroke.current = strokeOf(latest.current, drawing.labels, at);
      const begun = stroke.current;
      if (begun !== null) {
        show(drawing.draw((on) => paintLine(on, at, at, begun.radius, begun.paint)));
        return;
      }
      if (tool === 'brush') return say(NO_NUMBER);
      show(
        drawing.draw((on) => {
          const { area, chosen, note } = click(latest.current, on, at);
          if (chosen !== undefined) onChosen(chosen);
          if (note !== undefined) say(note);
          return area;
        }),
      );
    },
    move(at, scale) {
      const { drawing: get, show } = latest.current;
      const drawing = get();
      if (drawing === null) return;
      const from = last.current;
      last.current = at;
      dragged.current += scale * distance(from, at);
      const going = stroke.current;
      if (going !== null) show(drawing.draw((on) => paintLine(on, from, at, going.radius, going.paint)));
      const around = outline.current;
      if (tool === 'outline' && around !== null) {
        around.points.push(at);
        show(drawing.draw((on) => paintLine(on, from, at, lineAt(scale), around.paint)));
      }
    },
    up() {
      if (tool !== 'outline') end(latest.current, stroke);
      else if (dragged.current > NEAR) close(latest.current, outline);
    },
  };
}

/** Ends a stroke or a click, which is saved then. */
function end({ drawing: get, show, done }: ToolOptions, stroke: { current: Stroke | null }): void {
  const last = stroke.current?.end;
  stroke.current = null;
  const drawing = get();
  if (drawing === null) return;
  if (last !== undefined) show(drawing.draw(last));
  drawing.end();
  done();
}

/** Fills an outline, of which the line itself is taken back first. */
function close({ drawing: get, show, done }: ToolOptions, outline: { current: Outline | null }): void {
  const closed = outline.current;
  outline.current = null;
  const drawing = get();
  if (drawing === null || closed === null) return;
  const wasOpen = drawing.isOpen;
  show(drawing.abandon());
  if (!wasOpen) return;
  show(drawing.draw((on) => fillPolygon(on, closed.points, closed.paint)));
  drawing.end();
  done();
}

function lineAt(scale: number): number {
  return Math.max(LINE, LINE_SEEN / scale);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
