/** What was chosen, in words: its name where it is one file. Nothing: null. @param one what one of them is called */
export function counted(files: readonly File[], one: string): string | null {
  if (files.length === 0) return null;
  return files.length === 1 ? (files[0]?.name ?? null) : `${files.length} ${one}s`;
}
