/** An image with layers over it, to be looked at closely: wheel to zoom, drag (or Space and drag) to move. */
import {
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Point } from '../annotation/tools.ts';
import type { Rectangle, Samples } from '../api.ts';
import { type ChannelView, usualChannels } from './colours.ts';
import { useLevels } from './levels.ts';
import { createRenderer, type Layer, type Pane, type Renderer } from './renderer.ts';
import { LARGE, levelAt, type Plane, type TileLoader, tileLoader, type ViewedImage } from './tiles.ts';
import { centred, fitted, type Size, type View, zoomed } from './view.ts';

/** What a page may ask of a picture. */
export interface PictureHandle {
  /** Shows a rectangle of a layer's data anew. */
  update(data: Samples, width: number, area: Rectangle): void;
  /** Goes to a place of the image. */
  show(at: Point): void;
  zoom(factor: number): void;
  fit(): void;
}

export interface PictureProps {
  readonly image: ViewedImage;
  readonly plane: Plane;
  /** Layers of the one picture, or of the two that are compared. */
  readonly panes: readonly (readonly Layer[])[];
  /** How two are compared: `swipe`, the right one beyond the divider (0 to 1), or `side` by side. */
  readonly compare?: { readonly way: 'swipe' | 'side'; readonly divider: number };
  /** Null until the first pixels have told how they are best shown. */
  readonly channels: readonly ChannelView[] | null;
  readonly onChannels: (channels: readonly ChannelView[]) => void;
  /** Draws; without it a drag moves the image. */
  readonly tool?: PictureTool;
  /** Told of a click without a move, where there is no tool. */
  readonly onPick?: (at: Point) => void;
  readonly label: string;
  readonly handle?: RefObject<PictureHandle | null>;
}

export interface PictureTool {
  /** Of the ring around the pointer, in pixels of the image. */
  readonly radius: number | null;
  /** `scale`: pixels of the screen for one of the image. */
  readonly down: (at: Point, scale: number) => void;
  readonly move: (at: Point, scale: number) => void;
  readonly up: () => void;
}

type Mode = 'draw' | 'move' | 'none';

export function Picture(props: PictureProps) {
  const { image, plane, panes, compare, channels, tool, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  const renderer = useRef<Renderer | undefined>(undefined);
  const view = useRef<View | null>(null);
  const pointer = useRef({ mode: 'none' as Mode, space: false, moved: 0 });
  const asked = useRef(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [loading, setLoading] = useState(true);
  const loader = useRef<TileLoader | undefined>(undefined);
  const { name, width, height } = image;
  const { levels: copies, note } = useLevels(image, plane);
  const levels = useMemo(
    () => (Math.max(width, height) > LARGE ? copies : [{ width, height }]),
    [width, height, copies],
  );
  const latestLevels = useRef(levels);
  latestLevels.current = levels;
  const latest = useRef(props);
  latest.current = props;

  const redraw = useCallback(() => {
    if (asked.current) return;
    asked.current = true;
    requestAnimationFrame(() => {
      asked.current = false;
      const element = canvas.current;
      if (element === null || element.clientWidth === 0) return;
      const { image: shown, channels: ways, panes: layers, compare: how } = latest.current;
      const screen = sizeOf(element);
      view.current ??= fitted(shown, paneSize(screen, how?.way));
      const scale = view.current.scale * devicePixelRatio;
      const finest = latestLevels.current === null ? 0 : levelAt(latestLevels.current, scale);
      const parts = placed(layers, how, screen);
      renderer.current?.draw(view.current, screen, devicePixelRatio, ways ?? [], parts, finest);
      loader.current?.look(seen(view.current, paneSize(screen, how?.way)), scale);
    });
  }, []);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    renderer.current = createRenderer(element);
    if (renderer.current === undefined) {
      setProblem('This browser cannot draw with WebGL 2: use a current Firefox, Chrome, Edge or Safari.');
    }
    const observer = new ResizeObserver(redraw);
    observer.observe(element);
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (view.current === null) return;
      const box = element.getBoundingClientRect();
      const at = inPane(
        event.clientX - box.left,
        event.clientY - box.top,
        element,
        latest.current.compare?.way,
      );
      view.current = zoomed(view.current, Math.exp(-event.deltaY * 0.0015), at);
      redraw();
    };
    const key = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.code !== 'Space' || isTyping) return;
      pointer.current.space = event.type === 'keydown';
      // The key presses no button that was used before while the pointer is over the picture.
      if (element.matches(':hover')) event.preventDefault();
    };
    element.addEventListener('wheel', wheel, { passive: false });
    addEventListener('keydown', key);
    addEventListener('keyup', key);
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', wheel);
      removeEventListener('keydown', key);
      removeEventListener('keyup', key);
      renderer.current?.clearTiles();
      renderer.current = undefined;
    };
  }, [redraw]);

  useEffect(() => {
    view.current = null;
    void [name, width, height];
  }, [name, width, height]);
  useEffect(() => {
    setProblem(null);
    setLoading(true);
    if (levels === null) return;
    renderer.current?.clearTiles();
    let known = latest.current.channels !== null;
    const opened = tileLoader({
      ...{ name, plane, levels },
      take(tile, pixels) {
        if (!known) latest.current.onChannels(usualChannels(latest.current.image, pixels));
        known = true;
        renderer.current?.addTile(tile, pixels);
        redraw();
      },
      drop: (tile) => renderer.current?.dropTile(tile),
      onProblem: (error) => setProblem(error instanceof Error ? error.message : String(error)),
      onBusy: setLoading,
    });
    loader.current = opened;
    redraw();
    return () => {
      loader.current = undefined;
      opened.close();
    };
  }, [name, plane, levels, redraw]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn depends on these
  useEffect(redraw, [panes, compare, channels, redraw]);

  const { handle } = props;
  useEffect(() => {
    if (handle === undefined) return;
    const change = (next: (view: View, screen: Size) => View): void => {
      const element = canvas.current;
      if (element === null || view.current === null) return;
      view.current = next(view.current, paneSize(sizeOf(element), latest.current.compare?.way));
      redraw();
    };
    handle.current = {
      update(data, columns, area) {
        renderer.current?.update(data, columns, area);
        redraw();
      },
      show: (at) => change((before, screen) => centred(before, at, screen, 2)),
      zoom: (factor) =>
        change((before, screen) => zoomed(before, factor, { x: screen.width / 2, y: screen.height / 2 })),
      fit: () => change((_, screen) => fitted(latest.current.image, screen)),
    };
    return () => {
      handle.current = null;
    };
  }, [handle, redraw]);

  const placeOf = (event: ReactPointerEvent<HTMLCanvasElement>): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = inPane(event.clientX - box.left, event.clientY - box.top, event.currentTarget, compare?.way);
    const { scale, x, y } = view.current ?? { scale: 1, x: 0, y: 0 };
    return { x: (at.x - x) / scale, y: (at.y - y) / scale };
  };
  const moveRing = (event: ReactPointerEvent<HTMLCanvasElement>): void => {
    const element = ring.current;
    if (element === null) return;
    const radius = (tool?.radius ?? 0) * (view.current?.scale ?? 1);
    const box = event.currentTarget.getBoundingClientRect();
    element.style.width = element.style.height = `${2 * radius}px`;
    element.style.transform = `translate(${event.clientX - box.left - radius}px, ${event.clientY - box.top - radius}px)`;
  };

  return (
    <div className="picture" aria-busy={loading && problem === null && (note === null || note === '')}>
      <canvas
        ref={canvas}
        aria-label={label}
        role="img"
        style={{ cursor: tool === undefined ? 'grab' : tool.radius === null ? 'crosshair' : 'none' }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const draws = tool !== undefined && event.button === 0 && !pointer.current.space;
          pointer.current.mode = draws ? 'draw' : 'move';
          pointer.current.moved = 0;
          if (draws) tool.down(placeOf(event), view.current?.scale ?? 1);
        }}
        onPointerMove={(event) => {
          if (pointer.current.mode === 'draw') tool?.move(placeOf(event), view.current?.scale ?? 1);
          if (pointer.current.mode === 'move' && view.current !== null) {
            const { scale, x, y } = view.current;
            view.current = { scale, x: x + event.movementX, y: y + event.movementY };
            pointer.current.moved += Math.abs(event.movementX) + Math.abs(event.movementY);
            redraw();
          }
          if (tool !== undefined) moveRing(event);
        }}
        onPointerUp={(event) => {
          if (pointer.current.mode === 'draw') tool?.up();
          else if (pointer.current.moved < 4) props.onPick?.(placeOf(event));
          pointer.current.mode = 'none';
        }}
      />
      {tool !== undefined && tool.radius !== null && <div ref={ring} className="ring" aria-hidden="true" />}
      {note !== null && note !== '' && (
        <p role="status" className="picture-note">
          {note}
        </p>
      )}
      {problem !== null && (
        <p role="alert" className="picture-problem">
          {problem}
        </p>
      )}
    </div>
  );
}

function sizeOf(element: HTMLElement): Size {
  return { width: element.clientWidth, height: element.clientHeight };
}

/** The part of an image that is on the screen. */
function seen({ scale, x, y }: View, { width, height }: Size): Rectangle {
  return { x: -x / scale, y: -y / scale, width: width / scale, height: height / scale };
}

/** Side by side, each picture has half of the screen. */
function paneSize({ width, height }: Size, way: 'swipe' | 'side' | undefined): Size {
  return { width: way === 'side' ? width / 2 : width, height };
}

function inPane(x: number, y: number, element: HTMLElement, way: 'swipe' | 'side' | undefined): Point {
  const half = element.clientWidth / 2;
  return { x: way === 'side' && x >= half ? x - half : x, y };
}

function placed(
  panes: PictureProps['panes'],
  compare: PictureProps['compare'],
  { width }: Size,
): readonly Pane[] {
  const [first = [], second] = panes;
  if (second === undefined || compare === undefined) return [{ layers: first, left: 0, from: 0, to: width }];
  const middle = compare.way === 'side' ? width / 2 : compare.divider * width;
  const gap = 1;
  return [
    { layers: first, left: 0, from: 0, to: middle - gap },
    { layers: second, left: compare.way === 'side' ? middle : 0, from: middle + gap, to: width },
  ];
}
