/** Experts who write the two classes with other values than the folder of masks does, such as 0/1 beside 0/255. */
import { areInstances, type MaskContent, type MaskSettings } from '../masks/content.js';
import { ownForeground, ownValuesNote, shownValues } from '../masks/own-values.js';
import type { LookedAtPair } from './look-at.js';
import type { ExpertFiles } from './mask-sources.js';

/** The value of each class in the masks of experts who have values of their own, by the expert. */
export type OwnValues = ReadonlyMap<string, readonly number[]>;

/** The expert who drew a mask, by its name within the folder of experts. */
export function expertOf(file: string): string {
  return file.replace(/[\\/][^\\/]*$/, '');
}

export interface SharedValues {
  /** The pairs, with the contents of all masks as if they had the values of the folder of masks. */
  readonly looked: readonly LookedAtPair[];
  readonly ownValues: OwnValues;
  readonly warnings: readonly string[];
}

/**
 * Brings the masks of experts to the values of the folder of masks, where there are two classes. Where it is not clear
 * which values stand for the same class, that is added to the problems, and there is no result.
 *
 * @param folders of masks and of experts
 * @param classes how many are asked for; null: as many as the masks show
 */
export function inValuesOfMasks(
  looked: readonly LookedAtPair[],
  ofExperts: ExpertFiles,
  folders: { readonly masks: string; readonly experts: string | null },
  settings: MaskSettings & { readonly classes: number | null },
  problems: string[],
): SharedValues | undefined {
  const asTheyAre = { looked, ownValues: new Map(), warnings: [] };
  const { masks, experts } = folders;
  if (experts === null || !areClasses(looked, settings)) return asTheyAre;
  const lists = valuesByWhose(looked, ofExperts);
  const own = ownForeground(lists, settings.classes);
  if (own === undefined) {
    if (!areUnclear(lists, settings.classes)) return asTheyAre;
    problems.push(unclear(lists, masks, experts));
    return undefined;
  }
  const [, foreground = 1] = own.get(MASKS) ?? [];
  return {
    looked: looked.map((pair) => ({
      ...pair,
      contents: pair.contents.map((one) => marking(one, foreground)),
    })),
    ownValues: new Map([...own].filter(([, [, value]]) => value !== foreground)),
    warnings: [ownValuesNote(own)],
  };
}

/** Stands for the folder of masks among the names of the experts. */
const MASKS = 'the folder of masks';

/** Whether the values of masks will be taken as classes. */
function areClasses(
  looked: readonly LookedAtPair[],
  { kind, table, classes }: MaskSettings & { readonly classes: number | null },
): boolean {
  const contents = looked.flatMap((pair) => pair.contents);
  if (table !== null || contents.some((content) => content.kind === 'colours')) return false;
  return kind === 'classes' || (kind === 'auto' && (classes !== null || !areInstances(contents)));
}

function valuesByWhose(
  looked: readonly LookedAtPair[],
  ofExperts: ExpertFiles,
): Map<string, (readonly number[])[]> {
  const lists = new Map<string, (readonly number[])[]>();
  for (const { item, contents } of looked) {
    const whose = [MASKS, ...(ofExperts.get(item.image.name) ?? []).map(expertOf)];
    for (const [index, content] of contents.entries()) {
      const who = whose[index] ?? MASKS;
      if (content.kind === 'values') lists.set(who, [...(lists.get(who) ?? []), content.values]);
    }
  }
  return lists;
}

function marking(content: MaskContent, foreground: number): MaskContent {
  if (content.kind === 'colours') return content;
  return { ...content, values: content.values.map((value) => (value === 0 ? 0 : foreground)) };
}

type ValueLists = ReadonlyMap<string, readonly (readonly number[])[]>;

/** Whether experts have values that the folder of masks has not, and together they are not the numbers of classes. */
function areUnclear(lists: ValueLists, classes: number | null): boolean {
  const known = new Set([0, ...(lists.get(MASKS) ?? []).flat()]);
  const all = new Set([...known, ...[...lists.values()].flat(2)]);
  if (all.size === known.size || all.size === classes) return false;
  return Math.max(...all) >= (classes ?? all.size);
}

function unclear(lists: ValueLists, masks: string, experts: string): string {
  const valuesOf = (isMeant: (who: string) => boolean): number[] =>
    [...new Set([...lists].flatMap(([who, files]) => (isMeant(who) ? files.flat() : [])))].sort(
      (a, b) => a - b,
    );
  const ofMasks = shownValues(valuesOf((who) => who === MASKS));
  const ofExperts = shownValues(valuesOf((who) => who !== MASKS));
  const count = valuesOf(() => true).length;
  return `The masks in ${masks} hold the values ${ofMasks}, and those of the experts in ${experts} ${ofExperts}, so it is not clear which stand for the same class: save all of them with the same values, and leave out with --ignore what marks undecided pixels; if each of the ${count} values is a class of its own, set classes to ${count}.`;
}
