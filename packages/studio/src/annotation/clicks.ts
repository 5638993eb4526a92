/** What is done by a click. */
import type { Rectangle } from '../api.ts';
import type { Difference } from './likeness.ts';
import { numberOf, objectValue, replaceObject } from './numbers.ts';
import { type Hand, paintOf, valueAt } from './strokes.ts';
import { evenly, type Labels, type Point, paintRegion, reachesEdge, regionAt } from './tools.ts';

export interface Click extends Hand {
  /** Of the wand: how far from the place of the click a pixel may be, in percent. */
  readonly tolerance: number;
  /** What the wand goes by; undefined until it is there. */
  readonly difference: Difference | 'too large' | undefined;
}

export interface Clicked {
  /** What has to be shown anew. */
  readonly area: Rectangle | null;
  /** The object that is chosen from now on; as before where it is left out. */
  readonly chosen?: number | null;
  /** Why nothing was done. */
  readonly note?: string;
}

const WAND_WAITS = 'The wand waits for the pixels of the image.';
const TOO_LARGE = 'The wand works on images of up to 4,096 pixels a side: draw around the object here.';

const NOTHING: Clicked = { area: null };

export function click(click: Click, labels: Labels, at: Point): Clicked {
  const under = valueAt(labels, at);
  switch (click.tool) {
    case 'choose':
      return { area: null, chosen: under === 0 ? null : under };
    case 'delete':
      return under === 0
        ? { area: null, note: 'There is no object: click on one.' }
        : remove(click, labels, at);
    case 'fill':
      return under === 0 ? fillHole(click, labels, at) : giveClass(click, labels, at);
    case 'wand':
      return pickAlike(click, labels, at);
    default:
      return NOTHING;
  }
}

function remove({ kind, chosen }: Click, labels: Labels, at: Point): Clicked {
  const under = valueAt(labels, at);
  if (kind === 'objects') {
    const area = replaceObject(labels, under, 0);
    return under === chosen ? { area, chosen: null } : { area };
  }
  const region = regionAt(labels, at, (pixel) => labels.data[pixel] === under, 'corners');
  return region === null ? NOTHING : { area: paintRegion(labels, region, evenly(0)) };
}

/** A hole belongs to the object around it where objects are numbered, else to the class in hand. */
function fillHole({ kind, value }: Click, labels: Labels, at: Point): Clicked {
  const region = regionAt(labels, at, (pixel) => labels.data[pixel] === 0);
  if (region === null) return NOTHING;
  if (reachesEdge(labels, region)) {
    return { area: null, note: 'That is no hole, but the background: it reaches the edge of the image.' };
  }
  const by = kind === 'labels' ? value : mostAround(labels, region.pixels);
  return { area: paintRegion(labels, region, evenly(by)) };
}

function mostAround({ width, data }: Labels, pixels: Uint32Array): number {
  const counts = new Map<number, number>();
  let best = 0;
  for (const pixel of pixels) {
    for (const beside of [pixel - 1, pixel + 1, pixel - width, pixel + width]) {
      const value = data[beside] as number;
      if (value === 0) continue;
      const count = (counts.get(value) ?? 0) + 1;
      counts.set(value, count);
      if (count > (counts.get(best) ?? 0)) best = value;
    }
  }
  return best;
}

function giveClass({ kind, value, chosen }: Click, labels: Labels, at: Point): Clicked {
  const under = valueAt(labels, at);
  if (kind === 'objects') {
    const changed = objectValue(numberOf(under), value);
    const area = replaceObject(labels, under, changed);
    return under === chosen ? { area, chosen: changed } : { area };
  }
  const region = regionAt(labels, at, (pixel) => labels.data[pixel] === under, 'corners');
  return region === null ? NOTHING : { area: paintRegion(labels, region, evenly(value)) };
}

function pickAlike(click: Click, labels: Labels, at: Point): Clicked {
  const { difference, tolerance } = click;
  if (difference === undefined) return { area: null, note: WAND_WAITS };
  if (difference === 'too large') return { area: null, note: TOO_LARGE };
  const paint = paintOf(click, labels, at);
  if (paint === null) return { area: null, note: 'All numbers of objects are taken.' };
  const region = regionAt(labels, at, (pixel, start) => 100 * difference(pixel, start) <= tolerance);
  return region === null ? NOTHING : { area: paintRegion(labels, region, paint) };
}
