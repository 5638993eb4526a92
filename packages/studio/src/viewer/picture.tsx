/** An image with layers over it, to be looked at closely: wheel to zoom, drag (or Space and drag) to move. */
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Point } from '../annotation/tools.ts';
import type { Pixels, Rectangle, Samples } from '../api.ts';
import { type ChannelView, usualChannels } from './colours.ts';
import { useLevels } from './levels.ts';
import { type Comparison, inPane, paneSize, panesOf, seenPart } from './panes.ts';
import { createRenderer } from './renderer.ts';
import type { Layer, Renderer } from './scene.ts';
import {
  closeUps,
  LARGE,
  levelAt,
  type Plane,
  type TileLoader,
  tileLoader,
  type ViewedImage,
  WHOLE_TILE,
} from './tiles.ts';
import { type PictureTool, usePointer } from './use-pointer.ts';
import { useRing } from './use-ring.ts';
import { centred, fitted, moved, type Size, type View, zoomed } from './view.ts';

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
  readonly compare?: Comparison;
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

const NO_CHANNELS: readonly ChannelView[] = [];

export function Picture(props: PictureProps) {
  const { image, plane, panes, compare, channels, tool, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const renderer = useRef<Renderer | undefined>(undefined);
  const view = useRef<View | null>(null);
  /** The size for which the view was made, and whether it shows the whole image because nobody chose another. */
  const seen = useRef({ pane: { width: 0, height: 0 }, isWhole: true });
  const ring = useRing(tool?.radius ?? null, view);
  const placeRing = ring.place;
  const asked = useRef(false);
  /** The image of the tiles that the renderer has. */
  const held = useRef('');
  const [problem, setProblem] = useState<string | null>(null);
  const [loading, setLoading] = useState(true);
  const loader = useRef<TileLoader | undefined>(undefined);
  const { name, width, height } = image;
  const { levels: copies, note } = useLevels(image, plane);
  const levels = useMemo(
    () => (Math.max(width, height) > LARGE ? copies : [{ width, height }]),
    [width, height, copies],
  );
  const latest = useRef({ ...props, levels });
  latest.current = { ...props, levels };

  const redraw = useCallback(() => {
    if (asked.current) return;
    asked.current = true;
    requestAnimationFrame(() => {
      asked.current = false;
      const element = canvas.current;
      if (element === null || element.clientWidth === 0) return;
      const { image: shown, channels: ways, panes: layers, compare: how, levels: sizes } = latest.current;
      const screen = sizeOf(element);
      const pane = paneSize(screen, how?.way);
      const { pane: before, isWhole } = seen.current;
      const isSame = pane.width === before.width && pane.height === before.height;
      if (view.current === null || (isWhole && !isSame)) {
        view.current = fitted(shown, pane);
        seen.current = { pane, isWhole: true };
      } else if (!isSame) {
        view.current = moved(view.current, before, pane);
        seen.current = { pane, isWhole };
      }
      const scale = view.current.scale * devicePixelRatio;
      renderer.current?.draw({
        ...{ view: view.current, screen, density: devicePixelRatio, channels: ways ?? NO_CHANNELS },
        panes: panesOf(layers, how, screen),
        finest: sizes === null ? 0 : levelAt(sizes, scale),
      });
      loader.current?.look(seenPart(view.current, pane), scale);
      placeRing();
    });
  }, [placeRing]);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const drawing = createRenderer(element);
    renderer.current = drawing;
    if (drawing === undefined) setProblem('This browser gives no canvas to draw on: use a current one.');
    const observer = new ResizeObserver(redraw);
    observer.observe(element);
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (view.current === null) return;
      const box = element.getBoundingClientRect();
      const { compare: how } = latest.current;
      const at = inPane(event.clientX - box.left, event.clientY - box.top, sizeOf(element), how?.way);
      view.current = zoomed(view.current, Math.exp(-event.deltaY * 0.0015), at);
      seen.current.isWhole = false;
      redraw();
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', wheel);
      drawing?.dispose();
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
    // Another plane of the same image takes the place of the one before when it is there.
    let isStale = levels !== null && held.current === name;
    held.current = name;
    if (!isStale) renderer.current?.clearTiles();
    if (levels === null) {
      redraw();
      return;
    }
    let known = latest.current.channels !== null;
    const closed = new AbortController();
    const look = (copy: Pixels): void => {
      const show = (closer: readonly Pixels[]): void =>
        latest.current.onChannels(usualChannels(latest.current.image, [copy, ...closer]));
      show([]);
      if (Math.max(width, height) <= WHOLE_TILE) return;
      // Where these cannot be read, their tiles tell why.
      closeUps(name, plane, { width, height }, closed.signal).then(show, () => undefined);
    };
    const opened = tileLoader({
      ...{ name, plane, levels },
      take(tile, pixels) {
        if (!known) look(pixels);
        known = true;
        if (isStale) renderer.current?.clearTiles();
        isStale = false;
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
      closed.abort();
      opened.close();
    };
  }, [name, width, height, plane, levels, redraw]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn depends on these
  useEffect(redraw, [panes, compare, channels, redraw]);

  const { handle } = props;
  useEffect(() => {
    if (handle === undefined) return;
    const change = (next: (view: View, screen: Size) => View, isWhole = false): void => {
      if (view.current === null) return;
      view.current = next(view.current, seen.current.pane);
      seen.current.isWhole = isWhole;
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
      fit: () => change((_, screen) => fitted(latest.current.image, screen), true),
    };
    return () => {
      handle.current = null;
    };
  }, [handle, redraw]);

  const pointer = usePointer({
    ...{ canvas, tool, onPick: props.onPick },
    imagePlace(left, top) {
      const screen = canvas.current === null ? { width: 0, height: 0 } : sizeOf(canvas.current);
      const at = inPane(left, top, screen, compare?.way);
      const { scale, x, y } = view.current ?? { scale: 1, x: 0, y: 0 };
      return { x: (at.x - x) / scale, y: (at.y - y) / scale };
    },
    scale: () => view.current?.scale ?? 1,
    onDrag(dx, dy) {
      if (view.current === null) return;
      const { scale, x, y } = view.current;
      view.current = { scale, x: x + dx, y: y + dy };
      seen.current.isWhole = false;
      redraw();
    },
  });
  return (
    <div className="picture" aria-busy={loading && problem === null && (note === null || note === '')}>
      <canvas
        ref={canvas}
        aria-label={label}
        role="img"
        style={{ cursor: tool === undefined ? 'grab' : tool.radius === null ? 'crosshair' : 'none' }}
        {...pointer}
        onPointerMove={(event) => {
          pointer.onPointerMove(event);
          ring.follow(event);
        }}
        onPointerLeave={ring.leave}
      />
      {tool !== undefined && tool.radius !== null && (
        <div ref={ring.element} className="ring" aria-hidden="true" />
      )}
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
