/** The pixels of an image, window by window. */
import type { ProjectView } from 'deepflash';
import { type Pixels, part, pixels } from '../api.ts';

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

const TILE = 1024;
/** Windows that are asked for at once. */
const AT_ONCE = 3;

export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly pixels: Pixels;
}

/** All windows of a plane, from the top left one on. */
export async function* windowsOf(
  { name, width, height }: Pick<ViewedImage, 'name' | 'width' | 'height'>,
  { z, time }: Plane,
  signal: AbortSignal,
): AsyncGenerator<Tile> {
  const places: { readonly x: number; readonly y: number }[] = [];
  for (let y = 0; y < height; y += TILE) for (let x = 0; x < width; x += TILE) places.push({ x, y });
  const fetching: Promise<Tile>[] = [];
  const next = (): void => {
    const place = places.shift();
    if (place === undefined) return;
    const { x, y } = place;
    const size = `width=${Math.min(TILE, width - x)}&height=${Math.min(TILE, height - y)}`;
    const path = `images/${part(name)}/window?x=${x}&y=${y}&${size}&z=${z}&time=${time}`;
    const tile = pixels(path, signal).then((found) => ({ x, y, pixels: found }));
    // Failures are told where the tile is waited for.
    tile.catch(() => undefined);
    fetching.push(tile);
  };
  for (let i = 0; i < AT_ONCE; i++) next();
  for (let tile = fetching.shift(); tile !== undefined; tile = fetching.shift()) {
    next();
    yield await tile;
  }
}
