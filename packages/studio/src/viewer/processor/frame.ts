/**
 * A picture that is kept from frame to frame: where the image is moved, what is there is moved with it and only what comes
 * into sight is painted; after a stroke or a new tile, only what they touch.
 */
import type { Pixels, Rectangle, Samples } from '../../api.ts';
import { GROUND, type Layer, outlineReach, type Pane, type Scene } from '../scene.ts';
import type { Tile } from '../tiles.ts';
import { onScreen, type Size, type View } from '../view.ts';
import { around, type Box, boxOf, common, without } from './boxes.ts';
import { paintLayer } from './layers.ts';
import { createSheet, fill, inMemory, type Sheet, shift } from './sheet.ts';
import { type HeldTile, heldTile, type Mixed, mixOf, paintTile } from './tiles.ts';

export interface Frame {
  addTile(tile: Tile, pixels: Pixels): void;
  dropTile(tile: Tile): void;
  clearTiles(): void;
  update(data: Samples, width: number, area: Rectangle): void;
  /** Paints what is not as the scene wants it. */
  draw(scene: Scene): Drawn;
}

export interface Drawn {
  /** The same object until the screen gets another size. */
  readonly sheet: Sheet;
  /** Where it was changed. */
  readonly changed: Box | null;
}

/** A pane with its place on the sheet. */
interface Placed {
  readonly box: Box;
  readonly at: View;
  readonly layers: readonly Layer[];
}

export function createFrame(): Frame {
  /** From fine to coarse. */
  let tiles: HeldTile[] = [];
  let sheet = createSheet(1, 1);
  let mix: readonly Mixed[] = [];
  /** What is on the sheet; null where that is not known. */
  let shown: { readonly scene: Scene; readonly places: readonly Placed[] } | null = null;
  /** What came since: rectangles of the image, and of layers. */
  let changedTiles: Rectangle[] = [];
  let changedData: { readonly data: Samples; readonly area: Rectangle }[] = [];

  function paint(box: Box, places: readonly Placed[], { finest, view }: Scene): void {
    fill(sheet, box, inMemory(GROUND));
    for (const { box: pane, at, layers } of places) {
      const part = common(box, pane);
      if (part === null) continue;
      // What a finer tile covers is not painted again.
      let bare: readonly Box[] = [part];
      for (const tile of tiles) {
        if (tile.level < finest) continue;
        const place = boxOf(tile.place, at);
        for (const one of bare) {
          const inside = common(one, place);
          if (inside !== null) paintTile(sheet, inside, tile, at, mix);
        }
        bare = bare.flatMap((one) => without(one, place));
        if (bare.length === 0) break;
      }
      for (const layer of layers) paintLayer(sheet, part, layer, at, outlineReach(layer, view));
    }
  }

  /** Boxes of what came since the frame before. */
  function touched(places: readonly Placed[], { view }: Scene): readonly Box[] {
    return places.flatMap(({ box, at, layers }) => {
      const ofLayers = layers.flatMap((layer) =>
        changedData
          .filter(({ data }) => data === layer.data)
          .map(({ area }) => onImage(area, layer, outlineReach(layer, view))),
      );
      return [...changedTiles, ...ofLayers].flatMap((area) => common(box, boxOf(area, at)) ?? []);
    });
  }

  return {
    addTile(tile, pixels) {
      tiles = [...tiles, heldTile(tile, pixels)].sort((a, b) => a.level - b.level);
      changedTiles.push(tile.place);
    },
    dropTile({ key, place }) {
      tiles = tiles.filter((one) => one.key !== key);
      changedTiles.push(place);
    },
    clearTiles() {
      tiles = [];
      shown = null;
    },
    update(data, _width, area) {
      changedData.push({ data, area });
    },
    draw(scene) {
      const { screen, density, channels, panes } = scene;
      const width = Math.max(1, Math.round(screen.width * density));
      const height = Math.max(1, Math.round(screen.height * density));
      if (sheet.width !== width || sheet.height !== height) {
        sheet = createSheet(width, height);
        shown = null;
      }
      if (shown?.scene.channels !== channels) mix = mixOf(channels);
      const places = panes.map((pane) => placed(scene, pane, sheet));
      /** What has to be painted, and what is another for the screen. */
      const boxes: Box[] = [];
      const moved: Box[] = [];
      if (shown === null || !isMovedOnly(shown.scene, scene)) {
        boxes.push({ left: 0, top: 0, right: width, bottom: height });
      } else {
        for (const [i, { box, at }] of places.entries()) {
          const was = shown.places[i]?.at ?? at;
          const [dx, dy] = [at.x - was.x, at.y - was.y];
          if (dx === 0 && dy === 0) continue;
          boxes.push(...shift(sheet, box, dx, dy));
          moved.push(box);
        }
        boxes.push(...touched(places, scene));
      }
      [changedTiles, changedData] = [[], []];
      for (const box of boxes) paint(box, places, scene);
      shown = { scene, places };
      return { sheet, changed: around([...boxes, ...moved]) };
    },
  };
}

function placed({ view, density }: Scene, { layers, left, from, to }: Pane, { width, height }: Size): Placed {
  const start = Math.round(from * density);
  const end = Math.min(width, Math.round(to * density));
  return {
    layers,
    box: { left: start, top: 0, right: Math.max(start, end), bottom: height },
    at: onScreen(view, density, left),
  };
}

/** The rectangle of the image over which a rectangle of a layer lies, with the outlines that may change around it. */
function onImage(area: Rectangle, layer: Layer, reach: number): Rectangle {
  const over = layer.over ?? layer;
  const [across, down] = [over.width / layer.width, over.height / layer.height];
  const margin = reach + 1;
  return {
    x: (area.x - margin) * across,
    y: (area.y - margin) * down,
    width: (area.width + 2 * margin) * across,
    height: (area.height + 2 * margin) * down,
  };
}

/** Whether two scenes are the same but for the place of the image. */
function isMovedOnly(a: Scene, b: Scene): boolean {
  return (
    a.view.scale === b.view.scale &&
    a.density === b.density &&
    a.finest === b.finest &&
    a.channels === b.channels &&
    a.panes.length === b.panes.length &&
    a.panes.every((pane, i) => arePanesAlike(pane, b.panes[i]))
  );
}

function arePanesAlike(a: Pane, b: Pane | undefined): boolean {
  if (b === undefined || a.left !== b.left || a.from !== b.from || a.to !== b.to) return false;
  return (
    a.layers.length === b.layers.length && a.layers.every((layer, i) => areLayersAlike(layer, b.layers[i]))
  );
}

function areLayersAlike(a: Layer, b: Layer | undefined): boolean {
  if (a === b || b === undefined) return a === b;
  const names = ['data', 'width', 'height', 'kind', 'opacity', 'shape', 'colour', 'marked'] as const;
  const areSameSize = a.over?.width === b.over?.width && a.over?.height === b.over?.height;
  return areSameSize && names.every((name) => a[name] === b[name]);
}
