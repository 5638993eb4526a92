/** The first of `training-1`, `training-2` … that is free. */
export function freeName(taken: readonly string[], start = 'training'): string {
  for (let number = 1; ; number++) if (!taken.includes(`${start}-${number}`)) return `${start}-${number}`;
}
