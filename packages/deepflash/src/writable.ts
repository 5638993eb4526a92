import { existsSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { messageOf, systemCode, UsageError } from './errors.js';

/**
 * Finds out whether a folder can be written, or made where it is missing, and leaves no trace of having tried: long
 * work must not end at a closed door. Throws a UsageError that says what is in the way.
 */
export function checkWritable(folder: string): void {
  const existing = nearestExisting(resolve(folder));
  if (!statSync(existing).isDirectory()) {
    throw new UsageError(
      existing === resolve(folder)
        ? `${folder} is a file, not a folder: choose another place for the results.`
        : `${folder} cannot be made because ${existing} is a file: choose another place for the results.`,
    );
  }
  try {
    rmdirSync(mkdtempSync(join(existing, '.deepflash-')));
  } catch (error) {
    throw new UsageError(
      `${folder} cannot be written (${reasons[systemCode(error) ?? ''] ?? messageOf(error)}): choose another place for the results, or give yourself the permission.`,
    );
  }
}

/** Makes a folder and those above it. Throws a UsageError where that is not allowed. */
export async function makeFolder(folder: string): Promise<void> {
  checkWritable(folder);
  await mkdir(folder, { recursive: true });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no folder can be made there',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota on the disk is used up',
};

function nearestExisting(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : nearestExisting(above);
}
