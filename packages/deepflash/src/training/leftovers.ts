import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Half-written files, which are hidden and end in .tmp until they get their names. */
const HALF_WRITTEN = /^(\..*|run\.lock\..*)\.tmp$/;

/** Removes what a process that was killed while it wrote has left in a run. Only whoever has locked the run may call it. */
export async function removeLeftovers(run: string): Promise<void> {
  const entries = await readdir(run, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile() && HALF_WRITTEN.test(entry.name)) {
      await rm(join(entry.parentPath, entry.name), { force: true });
    }
  }
}
