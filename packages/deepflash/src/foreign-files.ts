import { existsSync, readdirSync } from 'node:fs';
import { UsageError } from './errors.js';

/** Where a command writes, and what tells that it has done so before. */
export interface ResultPlaces {
  readonly command: 'predict' | 'gt' | 'score';
  /** The folders that it writes into. */
  readonly folders: readonly string[];
  /** The files that it replaces or removes; other commands write some of the same names. */
  readonly tables: readonly string[];
  /** Files and folders of which one at least is there as soon as the command has written anything. */
  readonly marks: readonly string[];
}

/**
 * Throws a UsageError where results would come among files that the command has not written: masks that somebody drew,
 * perhaps, or tables of another command, which results of the same names would replace.
 */
export function refuseForeignFiles({ command, folders, tables, marks }: ResultPlaces): void {
  if (marks.some((mark) => existsSync(mark))) return;
  const table = tables.find((path) => existsSync(path));
  if (table !== undefined) {
    throw new UsageError(
      `${table} is not of deepflash ${command}, whose own would take its place: name another folder with --out.`,
    );
  }
  for (const folder of folders) {
    const name = existsSync(folder) && readdirSync(folder).find((one) => !one.startsWith('.'));
    if (!name) continue;
    throw new UsageError(
      `${folder} holds files, such as ${name}, that deepflash ${command} has not written and that its results could replace: name another folder with --out.`,
    );
  }
}
