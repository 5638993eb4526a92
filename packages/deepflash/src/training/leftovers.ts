import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Half-written files, which are hidden and end in .tmp until they get their names. */
const HALF_WRITTEN = /^(\..*|(run|\d+)\.lock\..*)\.tmp$/;

/**
 * Removes what a process that was killed while it wrote has left in a run, or in the folder of a fold. Only whoever has
 * locked that may call it.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile() && HALF_WRITTEN.test(entry.name)) {
      await rm(join(entry.parentPath, entry.name), { force: true });
    }
  }
}
