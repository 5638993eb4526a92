/** An image with layers over it, to be looked at closely: wheel to zoom, drag (or Space and drag) to move. */
import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { Point } from '../annotation/tools.ts';
import { type Pixels, part, pixels } from '../api.ts';
import { type Contrast, tinted, usualContrast } from './tint.ts';

/** A canvas of the image's size that lies over it. */
export interface Layer {
  readonly canvas: HTMLCanvasElement;
  readonly opacity: number;
}

export interface PictureProps {
  readonly image: { readonly name: string; readonly width: number; readonly height: number };
  readonly layers: readonly Layer[];
  /** Part of the usual range of brightness that is shown, from 0 to 1. */
  readonly brightness: number;
  /** Draws; without it a drag moves the image. */
  readonly tool?: {
    readonly radius: number | null;
    readonly down: (at: Point) => void;
    readonly move: (at: Point) => void;
    readonly up: () => void;
  };
  readonly label: string;
  /** Becomes another number where layers have changed. */
  readonly version: number;
}

const TILE = 1024;

/** What is to be seen, whatever the view. */
interface Shown extends Pick<PictureProps, 'layers' | 'image'> {
  readonly tool: PictureProps['tool'] | undefined;
}

interface Tile {
  readonly x: number;
  readonly y: number;
  readonly pixels: Pixels;
  readonly canvas: HTMLCanvasElement;
}

interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export function Picture({ image, layers, brightness, tool, label, version }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<View>({ scale: 0, x: 0, y: 0 });
  const tiles = useRef<Tile[]>([]);
  const contrast = useRef<Contrast | null>(null);
  const pointer = useRef<{ at: Point; mode: 'draw' | 'move' | 'none'; space: boolean }>({
    at: { x: -1, y: -1 },
    mode: 'none',
    space: false,
  });
  const asked = useRef(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [loading, setLoading] = useState(true);
  const current = useRef<Shown & { readonly brightness: number }>({ layers, tool, image, brightness });
  current.current = { layers, tool, image, brightness };

  const redraw = useCallback(() => {
    if (asked.current) return;
    asked.current = true;
    requestAnimationFrame(() => {
      asked.current = false;
      if (canvas.current !== null)
        paint(canvas.current, view, tiles.current, current.current, pointer.current.at);
    });
  }, []);

  useEffect(() => {
    const stop = new AbortController();
    tiles.current = [];
    contrast.current = null;
    view.current = { scale: 0, x: 0, y: 0 };
    setProblem(null);
    setLoading(true);
    const load = async (): Promise<void> => {
      for (let y = 0; y < image.height; y += TILE) {
        for (let x = 0; x < image.width; x += TILE) {
          const window = `x=${x}&y=${y}&width=${Math.min(TILE, image.width - x)}&height=${Math.min(TILE, image.height - y)}`;
          const found = await pixels(`images/${part(image.name)}/window?${window}`, stop.signal);
          contrast.current ??= usualContrast(found);
          const tile = { x, y, pixels: found, canvas: document.createElement('canvas') };
          tintTile(tile, contrast.current, current.current.brightness);
          tiles.current.push(tile);
          redraw();
        }
      }
      setLoading(false);
    };
    load().catch((error: unknown) => {
      if (!stop.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
    });
    return () => stop.abort();
  }, [image.name, image.width, image.height, redraw]);

  useEffect(() => {
    if (contrast.current !== null)
      for (const tile of tiles.current) tintTile(tile, contrast.current, brightness);
    redraw();
  }, [brightness, redraw]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the version tells that layers have changed
  useEffect(redraw, [layers, version, redraw]);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const observer = new ResizeObserver(redraw);
    observer.observe(element);
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { scale, x, y } = view.current;
      const next = Math.min(64, Math.max(0.02, scale * Math.exp(-event.deltaY * 0.0015)));
      const box = element.getBoundingClientRect();
      const [px, py] = [event.clientX - box.left, event.clientY - box.top];
      // What is under the pointer stays there.
      view.current = { scale: next, x: px - ((px - x) * next) / scale, y: py - ((py - y) * next) / scale };
      redraw();
    };
    const key = (event: KeyboardEvent): void => {
      if (event.code === 'Space' && !(event.target instanceof HTMLInputElement)) {
        pointer.current.space = event.type === 'keydown';
      }
    };
    element.addEventListener('wheel', wheel, { passive: false });
    addEventListener('keydown', key);
    addEventListener('keyup', key);
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', wheel);
      removeEventListener('keydown', key);
      removeEventListener('keyup', key);
    };
  }, [redraw]);

  const placeOf = (event: ReactPointerEvent): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    const { scale, x, y } = view.current;
    return { x: (event.clientX - box.left - x) / scale, y: (event.clientY - box.top - y) / scale };
  };

  return (
    <div className="picture" aria-busy={loading}>
      <canvas
        ref={canvas}
        aria-label={label}
        role="img"
        style={{ cursor: tool === undefined ? 'grab' : 'crosshair' }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const draws = tool !== undefined && event.button === 0 && !pointer.current.space;
          pointer.current.mode = draws ? 'draw' : 'move';
          if (draws) tool.down(placeOf(event));
        }}
        onPointerMove={(event) => {
          const at = placeOf(event);
          if (pointer.current.mode === 'draw') tool?.move(at);
          if (pointer.current.mode === 'move') {
            const { scale, x, y } = view.current;
            view.current = { scale, x: x + event.movementX, y: y + event.movementY };
          }
          pointer.current.at = at;
          redraw();
        }}
        onPointerUp={() => {
          if (pointer.current.mode === 'draw') tool?.up();
          pointer.current.mode = 'none';
        }}
      />
      {problem !== null && (
        <p role="alert" style={{ position: 'absolute', inset: 0, color: 'white', padding: 16 }}>
          {problem}
        </p>
      )}
    </div>
  );
}

function tintTile({ pixels: found, canvas }: Tile, { low, high }: Contrast, brightness: number): void {
  const picture = tinted(found, { low, high: low + (high - low) * Math.max(0.02, brightness) });
  canvas.width = found.width;
  canvas.height = found.height;
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
}

function paint(
  canvas: HTMLCanvasElement,
  view: { current: View },
  tiles: readonly Tile[],
  { layers, tool, image }: Shown,
  pointer: Point,
): void {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const dense = devicePixelRatio;
  if (canvas.width !== Math.round(width * dense) || canvas.height !== Math.round(height * dense)) {
    canvas.width = Math.round(width * dense);
    canvas.height = Math.round(height * dense);
  }
  if (view.current.scale === 0 && width > 0) {
    const scale = 0.98 * Math.min(width / image.width, height / image.height);
    view.current = { scale, x: (width - scale * image.width) / 2, y: (height - scale * image.height) / 2 };
  }
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { scale, x, y } = view.current;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale * dense, 0, 0, scale * dense, x * dense, y * dense);
  context.imageSmoothingEnabled = scale < 1;
  for (const tile of tiles) context.drawImage(tile.canvas, tile.x, tile.y);
  for (const layer of layers) {
    context.globalAlpha = layer.opacity;
    context.drawImage(layer.canvas, 0, 0);
  }
  context.globalAlpha = 1;
  if (tool !== undefined && tool.radius !== null) {
    context.lineWidth = 1.5 / scale;
    context.strokeStyle = '#ffffff';
    context.beginPath();
    context.arc(pointer.x, pointer.y, tool.radius, 0, 2 * Math.PI);
    context.stroke();
  }
}
