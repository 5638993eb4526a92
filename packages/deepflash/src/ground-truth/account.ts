/** How well a rater agrees with the consensus of an image, and what only one rater saw. */
import { accountOfRater, type LabelImage, scoreObjects } from '@deepflash/segmentation';
import { mean } from '../runs/validation-results.js';
import type { Consensus } from './consensus.js';
import type { RatedMask } from './read-masks.js';

/** Agreement of one rater with the consensus of one image, all from 0 to 1. */
export interface Account {
  /** These four are means over the classes above 0. */
  readonly dice: number;
  readonly iou: number;
  readonly sensitivity: number;
  readonly specificity: number;
  /** Average precision of the objects at an IoU of 0.5. */
  readonly ap50: number;
  /** Mean average precision at IoU 0.5, 0.55 … 0.95. */
  readonly map: number;
}

export const MEASURES = ['dice', 'iou', 'sensitivity', 'specificity', 'ap50', 'map'] as const;

/** `objects` are those of the consensus. */
export function accountOf(mask: RatedMask, consensus: Consensus, objects: LabelImage): Account {
  const { dice, iou, sensitivity, specificity } = accountOfRater(
    mask.classes,
    consensus.mask,
    consensus.classes,
  );
  const precisions = scoreObjects(mask.objects, objects).map(({ averagePrecision }) => averagePrecision);
  const ap50 = precisions[0] ?? 0;
  return { dice, iou, sensitivity, specificity, ap50, map: mean(precisions) ?? 0 };
}

/** The mean of accounts, measure by measure; null where there are none. */
export function meanAccount(accounts: readonly Account[]): Account | null {
  if (accounts.length === 0) return null;
  const of = (measure: keyof Account): number => mean(accounts.map((account) => account[measure])) ?? 0;
  const [dice, iou, sensitivity] = [of('dice'), of('iou'), of('sensitivity')];
  return { dice, iou, sensitivity, specificity: of('specificity'), ap50: of('ap50'), map: of('map') };
}

/** How many of the masks mark each pixel as foreground. */
export function marksOf(masks: readonly RatedMask[]): Uint8Array {
  const [first] = masks;
  const marks = new Uint8Array(first === undefined ? 0 : first.classes.length);
  for (const { classes } of masks) {
    for (let i = 0; i < marks.length; i++) if (classes[i] !== 0) marks[i] = (marks[i] as number) + 1;
  }
  return marks;
}

/** An object, by its first pixel row by row. Rows and columns count from 0. */
export interface LoneObject {
  readonly row: number;
  readonly column: number;
  /** In pixels. */
  readonly area: number;
}

/** The objects of which no other mask has a single pixel: `marks` are above `own` nowhere in them. */
export function loneObjects({ width, data }: LabelImage, marks: Uint8Array, own: 0 | 1): LoneObject[] {
  const found = new Map<number, { first: number; area: number; shared: boolean }>();
  for (let i = 0; i < data.length; i++) {
    const label = data[i] as number;
    if (label === 0) continue;
    const object = found.get(label) ?? { first: i, area: 0, shared: false };
    if (object.area++ === 0) found.set(label, object);
    if ((marks[i] as number) > own) object.shared = true;
  }
  return [...found.values()]
    .filter(({ shared }) => !shared)
    .map(({ first, area }) => ({ row: Math.floor(first / width), column: first % width, area }));
}
