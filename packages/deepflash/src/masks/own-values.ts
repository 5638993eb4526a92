/** Masks of several people, who may write the same two classes with different values: 0/1 and 0/255. */

/**
 * The values of background and foreground in the masks of each, where nobody has more than one value for foreground and
 * these differ; undefined where they do not, or where more than two classes are asked for.
 *
 * @param masks the values of each file, by whose it is
 * @param asked number of classes; null: as many as the masks hold
 */
export function ownForeground<Who>(
  masks: ReadonlyMap<Who, readonly (readonly number[])[]>,
  asked: number | null,
): Map<Who, number[]> | undefined {
  const marks = [...masks].map(([who, files]) => [who, foregroundValues(files)] as const);
  const different = new Set(marks.flatMap(([, values]) => values));
  const binary = marks.every(([, values]) => values.length < 2 && values.every((value) => value > 0));
  if ((asked ?? 2) !== 2 || !binary || different.size < 2) return undefined;
  return new Map(marks.map(([who, [value = 1]]) => [who, [0, value]]));
}

/** The values that files hold beside 0. */
export function foregroundValues(files: readonly (readonly number[])[]): number[] {
  return [...new Set(files.flat())].filter((value) => value !== 0);
}

/** What is said where each has values of their own. */
export function ownValuesNote(values: Iterable<readonly [name: string, own: readonly number[]]>): string {
  const all = [...values];
  const told = all.map(([name, own]) => `${shownValues(own)} by ${name}`).join('; ');
  return `The experts use different values for the same ${all[0]?.[1].length ?? 0} classes: ${told}.`;
}

/** A list of values for a message, with the middle of a long one left out. */
export function shownValues(values: readonly number[]): string {
  return values.length > 12 ? `${values.slice(0, 10).join(', ')}, … ${values.at(-1)}` : values.join(', ');
}
