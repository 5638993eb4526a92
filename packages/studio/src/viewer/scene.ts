/** What is to be seen, and what a renderer does with it. */
import type { Pixels, Rectangle, Samples } from '../api.ts';
import type { ChannelView, Colour } from './colours.ts';
import type { Tile } from './tiles.ts';
import type { Size, View } from './view.ts';

/** What lies over an image: numbers of classes or objects, or a map from 0 to 1. */
export interface Layer extends Size {
  readonly data: Samples;
  /** The size of the image over which it lies, where it is a smaller copy. */
  readonly over?: Size;
  /** `heat`: a map. Else how numbers get their colours; `numbered`: number + 65,536 x class. */
  readonly kind: 'classes' | 'objects' | 'numbered' | 'numbered-classes' | 'heat' | 'one-colour';
  readonly opacity: number;
  readonly shape: 'filled' | 'outline' | 'both';
  /** For `one-colour`. */
  readonly colour?: Colour;
  /** A number that is shown bright. */
  readonly marked?: number;
}

/** A part of the screen with its layers. */
export interface Pane {
  readonly layers: readonly Layer[];
  /** Where the image is drawn, and the part of it that is let through, in pixels of the screen. */
  readonly left: number;
  readonly from: number;
  readonly to: number;
}

/** What is to be seen. */
export interface Scene {
  readonly view: View;
  readonly screen: Size;
  /** Pixels that the screen really has for one of the page. */
  readonly density: number;
  readonly channels: readonly ChannelView[];
  readonly panes: readonly Pane[];
  /** The level whose tiles are drawn over the coarser ones; finer ones would only be reduced again. */
  readonly finest: number;
}

export interface Renderer {
  addTile(tile: Tile, pixels: Pixels): void;
  dropTile(tile: Tile): void;
  clearTiles(): void;
  /** Takes over a rectangle of a layer's data that has changed. */
  update(data: Samples, width: number, area: Rectangle): void;
  draw(scene: Scene): void;
  dispose(): void;
}

/** Channels that are drawn at once; the first ones of those that are shown. */
export const MOST_CHANNELS = 8;

/** Red, green and blue where there is no image, from 0 to 255. */
export const GROUND: Colour = [13, 14, 17];

/** Pixels of the screen that an outline is wide. */
const OUTLINE = 2;

/** The width of an outline in pixels of a layer: a part of one close up, so that what is under it is seen. */
export function outlineReach({ width, over }: Layer, { scale }: View): number {
  return (OUTLINE * width) / ((over?.width ?? width) * scale);
}
