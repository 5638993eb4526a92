/** The pixels of an image, tile by tile, of the resolution at which they are looked at. */
import type { ProjectView } from 'deepflash';
import { type Pixels, part, pixels, type Rectangle } from '../api.ts';
import type { Size } from './view.ts';

export type ViewedImage = Pick<
  ProjectView['images'][number],
  'name' | 'width' | 'height' | 'channels' | 'rgb'
>;

/** Which plane of a stack is shown, from 1. */
export interface Plane {
  readonly z: number;
  readonly time: number;
}

export const FIRST_PLANE: Plane = { z: 1, time: 1 };

export interface Tile {
  readonly key: string;
  /** Of its resolution, 0 the full one. */
  readonly level: number;
  /** Where it lies, in pixels of the full image. */
  readonly place: Rectangle;
}

/** Pixels of the longest side beyond which an image is not held as a whole. */
export const LARGE = 4096;

/** Pixels of a side of a tile: of images that are held as a whole, and of others. */
export const WHOLE_TILE = 1024;
const TILE = 512;
/** Tiles that are asked for at once. */
const AT_ONCE = 4;
/** Tiles that are kept besides those that are seen; each has some megabytes. */
const KEPT = 96;
/** A pixel of a level may cover so many pixels of the screen before the next finer level is taken. */
const COARSEST = 1.4;

export interface TileSource {
  readonly name: string;
  readonly plane: Plane;
  /** From the full resolution to the smallest. */
  readonly levels: readonly Size[];
  readonly take: (tile: Tile, pixels: Pixels) => void;
  readonly drop: (tile: Tile) => void;
  readonly onProblem: (error: unknown) => void;
  /** Whether tiles that are seen are still to come. */
  readonly onBusy: (isBusy: boolean) => void;
}

export interface TileLoader {
  /**
   * Loads what is seen.
   *
   * @param area pixels of the full image
   * @param scale pixels of the screen, as it really has them, for one of the image
   */
  look(area: Rectangle, scale: number): void;
  close(): void;
}

/** The level at which an image is looked at. */
export function levelAt(levels: readonly Size[], scale: number): number {
  const [full] = levels;
  const fine = levels.filter(({ width }) => full !== undefined && (scale * full.width) / width <= COARSEST);
  return Math.max(0, fine.length - 1);
}

/** The tiles of a level that a part of the image touches. */
export function tilesOf(levels: readonly Size[], level: number, area: Rectangle): Tile[] {
  const [full] = levels;
  const size = levels[level];
  if (full === undefined || size === undefined) return [];
  const side = levels.length === 1 ? WHOLE_TILE : TILE;
  const [acrossX, acrossY] = [full.width / size.width, full.height / size.height];
  const first = (at: number, across: number): number => Math.max(0, Math.floor(at / across / side));
  const end = (at: number, across: number, length: number): number =>
    Math.min(Math.ceil(length / side), Math.ceil(at / across / side));
  const tiles: Tile[] = [];
  for (let row = first(area.y, acrossY); row < end(area.y + area.height, acrossY, size.height); row++) {
    for (
      let column = first(area.x, acrossX);
      column < end(area.x + area.width, acrossX, size.width);
      column++
    ) {
      const [x, y] = [column * side, row * side];
      const width = Math.min(side, size.width - x);
      const height = Math.min(side, size.height - y);
      tiles.push({
        key: `${level}/${column}/${row}`,
        level,
        place: { x: x * acrossX, y: y * acrossY, width: width * acrossX, height: height * acrossY },
      });
    }
  }
  return tiles;
}

/** Pixels of a side of what is looked at closely, and where its middle lies, in parts of the image. */
const CLOSE = 256;
const PLACES: readonly (readonly [number, number])[] = [
  [0.5, 0.5],
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
];

/**
 * Some parts of an image in full resolution, which is brighter and darker than the means that its smaller copies hold, and
 * than one tile may be.
 */
export function closeUps(name: string, plane: Plane, full: Size, signal: AbortSignal): Promise<Pixels[]> {
  const [width, height] = [Math.min(CLOSE, full.width), Math.min(CLOSE, full.height)];
  return Promise.all(
    PLACES.map(([across, down]) => {
      const [x, y] = [across * (full.width - width), down * (full.height - height)];
      return windowOf(name, plane, 0, { x, y, width, height }, signal);
    }),
  );
}

/** @param area pixels of the level */
function windowOf(
  name: string,
  { z, time }: Plane,
  level: number,
  area: Rectangle,
  signal: AbortSignal,
): Promise<Pixels> {
  const [x, y, width, height] = [area.x, area.y, area.width, area.height].map(Math.round);
  const of = `x=${x}&y=${y}&width=${width}&height=${height}&level=${level}&z=${z}&time=${time}`;
  return pixels(`images/${part(name)}/window?${of}`, signal);
}

/** Loads tiles as they are looked at, the whole image in its smallest copy first, and lets go of others. */
export function tileLoader({ name, plane, levels, take, drop, onProblem, onBusy }: TileSource): TileLoader {
  const [full] = levels;
  const all = { x: 0, y: 0, width: full?.width ?? 0, height: full?.height ?? 0 };
  const base = tilesOf(levels, levels.length - 1, all);
  /** The one that was looked at last is the last. */
  const there = new Map<string, Tile>();
  const fetching = new Map<string, AbortController>();
  /** They are not asked for again. */
  const failed = new Set<string>();
  let wanted: readonly Tile[] = base;
  let isBusy = true;

  const next = (): void => {
    for (const tile of wanted) {
      if (fetching.size >= AT_ONCE) break;
      if (!there.has(tile.key) && !fetching.has(tile.key) && !failed.has(tile.key)) fetchTile(tile);
    }
    const isMissing = wanted.some(({ key }) => !there.has(key) && !failed.has(key));
    if (isMissing === isBusy) return;
    isBusy = isMissing;
    onBusy(isBusy);
  };

  const fetchTile = (tile: Tile): void => {
    const stop = new AbortController();
    fetching.set(tile.key, stop);
    load(tile, stop.signal)
      .then((found) => {
        if (stop.signal.aborted) return;
        there.set(tile.key, tile);
        take(tile, found);
      })
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        failed.add(tile.key);
        onProblem(error);
      })
      .finally(() => {
        if (fetching.get(tile.key) === stop) fetching.delete(tile.key);
        if (!stop.signal.aborted) next();
      });
  };

  async function load({ level, place }: Tile, signal: AbortSignal): Promise<Pixels> {
    const size = levels[level] ?? all;
    const across = all.width / size.width;
    const down = all.height / size.height;
    const window = {
      ...{ x: place.x / across, y: place.y / down },
      ...{ width: place.width / across, height: place.height / down },
    };
    return windowOf(name, plane, level, window, signal);
  }

  next();
  return {
    look(area, scale) {
      const level = levelAt(levels, scale);
      // An image of one level is held as a whole, so that it can be moved without waiting.
      const seen = tilesOf(levels, level, area);
      const keys = new Set(seen.map(({ key }) => key));
      wanted =
        levels.length === 1 ? [...seen, ...base.filter(({ key }) => !keys.has(key))] : [...base, ...seen];
      const needed = new Set(wanted.map(({ key }) => key));
      for (const [key, stop] of fetching) {
        if (needed.has(key)) continue;
        stop.abort();
        fetching.delete(key);
      }
      for (const key of needed) {
        const tile = there.get(key);
        if (tile === undefined) continue;
        there.delete(key);
        there.set(key, tile);
      }
      let over = there.size - needed.size - KEPT;
      for (const [key, tile] of there) {
        if (over <= 0) break;
        if (needed.has(key)) continue;
        there.delete(key);
        drop(tile);
        over -= 1;
      }
      next();
    },
    close() {
      for (const stop of fetching.values()) stop.abort();
      fetching.clear();
      wanted = [];
    },
  };
}
