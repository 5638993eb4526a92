/** What a pointer does over a picture: it draws with the tool in hand, moves the image, or picks a place. */
import { type PointerEvent as ReactPointerEvent, type RefObject, useEffect, useRef } from 'react';
import type { Point } from '../annotation/tools.ts';
import { isTyping } from './is-typing.ts';

export interface PictureTool {
  /** Of the ring around the pointer, in pixels of the image. */
  readonly radius: number | null;
  /** `scale`: pixels of the screen for one of the image. */
  readonly down: (at: Point, scale: number) => void;
  readonly move: (at: Point, scale: number) => void;
  /** The pointer was taken up, or the browser took it away. */
  readonly up: () => void;
}

export interface PointerOptions {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly tool: PictureTool | undefined;
  /** The place of the image under a place of the canvas. */
  readonly imagePlace: (x: number, y: number) => Point;
  readonly scale: () => number;
  readonly onDrag: (dx: number, dy: number) => void;
  readonly onPick: ((at: Point) => void) | undefined;
}

type CanvasPointer = ReactPointerEvent<HTMLCanvasElement>;

/** A pointer that is down; others are not heard until it is up. */
interface Held {
  readonly id: number;
  readonly mode: 'draw' | 'move';
  x: number;
  y: number;
  moved: number;
}

/** Pixels of the screen within which a press is a click. */
const STILL = 4;

export function usePointer({ canvas, tool, imagePlace, scale, onDrag, onPick }: PointerOptions) {
  const held = useRef<Held | null>(null);
  const hasSpace = useRef(false);

  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (event.code !== 'Space') return;
      if (event.type === 'keyup') hasSpace.current = false;
      const isOver = canvas.current?.matches(':hover') ?? false;
      if (isTyping(event.target)) return;
      hasSpace.current = event.type === 'keydown';
      if (!isOver) return;
      // It neither presses the button nor opens the list that was used before.
      event.preventDefault();
      event.stopPropagation();
    };
    // What is released elsewhere is not told here.
    const leave = (): void => {
      hasSpace.current = false;
    };
    addEventListener('keydown', key, { capture: true });
    addEventListener('keyup', key, { capture: true });
    addEventListener('blur', leave);
    return () => {
      removeEventListener('keydown', key, { capture: true });
      removeEventListener('keyup', key, { capture: true });
      removeEventListener('blur', leave);
    };
  }, [canvas]);

  const placeOf = (event: CanvasPointer): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return imagePlace(event.clientX - box.left, event.clientY - box.top);
  };
  const release = (event: CanvasPointer): Held | null => {
    const one = held.current;
    if (one === null || one.id !== event.pointerId) return null;
    held.current = null;
    // A stroke is kept as far as it went: undo takes it back.
    if (one.mode === 'draw') tool?.up();
    return one;
  };

  return {
    onPointerDown(event: CanvasPointer): void {
      if (held.current !== null) return;
      // Keys are for the picture from now on.
      if (isTyping(document.activeElement)) (document.activeElement as HTMLElement).blur();
      event.currentTarget.setPointerCapture(event.pointerId);
      const mode = tool !== undefined && event.button === 0 && !hasSpace.current ? 'draw' : 'move';
      held.current = { id: event.pointerId, mode, x: event.clientX, y: event.clientY, moved: 0 };
      if (mode === 'draw') tool?.down(placeOf(event), scale());
    },
    onPointerMove(event: CanvasPointer): void {
      const one = held.current;
      if (one === null || one.id !== event.pointerId) return;
      if (one.mode === 'draw') {
        tool?.move(placeOf(event), scale());
        return;
      }
      const [dx, dy] = [event.clientX - one.x, event.clientY - one.y];
      [one.x, one.y] = [event.clientX, event.clientY];
      one.moved += Math.abs(dx) + Math.abs(dy);
      onDrag(dx, dy);
    },
    onPointerUp(event: CanvasPointer): void {
      const one = release(event);
      if (one?.mode === 'move' && one.moved < STILL) onPick?.(placeOf(event));
    },
    onPointerCancel: release,
    onLostPointerCapture: release,
  };
}
