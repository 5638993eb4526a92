/** What is in one mask, told in plain numbers, from which for all masks together is decided what they mean. */
import { type Image, isGreyRgb, maskValues } from '@deepflash/imaging';
import { pixelColours } from './colour.js';
import type { ColourTable } from './colour-table.js';

/** What the settings say of the masks, with the table of colours read. */
export interface MaskSettings {
  readonly kind: 'auto' | 'classes' | 'colours' | 'instances';
  readonly table: ColourTable | null;
  /** Values that mean: left out. */
  readonly ignored: readonly number[];
}

export type MaskContent =
  | {
      readonly kind: 'values';
      /** Without those that are ignored; above 256 they are not all there. */
      readonly values: readonly number[];
      /** Whether nearly every value above 0 marks one region alone, as numbers of objects do. */
      readonly oneRegionEach: boolean;
    }
  | { readonly kind: 'colours'; readonly colours: readonly number[] };

/** More values of classes than this are rare, and numbers of objects are more likely. */
const MOST_CLASSES = 8;

/** The part of the values that must mark one region each in masks of numbered objects. */
const MOSTLY = 0.9;

/** Looks at a mask. Throws a MaskValueError for fractions and odd numbers of channels. */
export function maskContent(mask: Image, { kind, table, ignored }: MaskSettings, file: string): MaskContent {
  if (table !== null || kind === 'colours' || hasColours(mask)) {
    return { kind: 'colours', colours: [...new Set(pixelColours(mask, file))].sort((a, b) => a - b) };
  }
  const values = maskValues(mask, file).filter((value) => !ignored.includes(value));
  return { kind: 'values', values, oneRegionEach: oneRegionEach(mask, ignored) };
}

/** Whether masks hold the numbers of objects rather than classes. */
export function areInstances(contents: readonly MaskContent[]): boolean {
  const values = new Set(contents.flatMap((content) => (content.kind === 'values' ? content.values : [])));
  return (
    values.size > MOST_CLASSES + 1 &&
    contents.every((content) => content.kind === 'values' && content.oneRegionEach)
  );
}

function hasColours(mask: Image): boolean {
  return mask.channels === 2 || mask.channels === 4 || (mask.channels === 3 && !isGreyRgb(mask));
}

function oneRegionEach(mask: Image, ignored: readonly number[]): boolean {
  const { width, height, channels, data } = mask;
  const left = new Set([0, ...ignored]);
  const visited = new Uint8Array(width * height);
  const regions = new Map<number, number>();
  const open: number[] = [];
  for (let start = 0; start < visited.length; start++) {
    const value = data[start * channels] as number;
    if (visited[start] === 1 || left.has(value)) continue;
    regions.set(value, (regions.get(value) ?? 0) + 1);
    visited[start] = 1;
    open.push(start);
    for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
      const x = pixel % width;
      const y = (pixel - x) / width;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const next = row * width + column;
          if (visited[next] === 1 || data[next * channels] !== value) continue;
          visited[next] = 1;
          open.push(next);
        }
      }
    }
  }
  const single = [...regions.values()].filter((count) => count === 1).length;
  return single >= MOSTLY * regions.size;
}
