/** Which images belong together, from a table that people write: a line for each image with its file and its group. */
import { readFile } from 'node:fs/promises';
import { stem } from '@deepflash/imaging';
import { decodeCsv } from '../csv.js';
import { messageOf, systemCode, UsageError } from '../errors.js';

/**
 * Reads a CSV file with the columns `file` and `group`: a file is an image's name with or without its ending.
 *
 * @param names of the images, without endings
 * @returns the group of each of the names
 * @throws UsageError for a file that cannot be read, has other columns, or names a file twice or not at all.
 */
export async function readGroups(file: string, names: readonly string[]): Promise<Map<string, string>> {
  const rows = decodeCsv(await readText(file));
  const [head = [], ...lines] = rows;
  const columns = head.map((name) => name.trim().toLowerCase());
  const [fileColumn, groupColumn] = [columns.indexOf('file'), columns.indexOf('group')];
  if (fileColumn < 0 || groupColumn < 0) {
    throw new UsageError(`${file} must begin with a line that names the columns file and group.`);
  }
  const known = new Set(names);
  const groups = new Map<string, string>();
  for (const cells of lines) {
    const given = (cells[fileColumn] ?? '').trim();
    const group = (cells[groupColumn] ?? '').trim();
    if (given === '') continue;
    const name = known.has(given) ? given : stem(given);
    if (group === '') throw new UsageError(`${file} gives ${given} no group: fill in its line.`);
    const earlier = groups.get(name);
    if (earlier !== undefined && earlier !== group) {
      throw new UsageError(
        `${file} puts ${given} into two groups, ${earlier} and ${group}: keep one of the lines.`,
      );
    }
    groups.set(name, group);
  }
  const without = names.filter((name) => !groups.has(name));
  if (without.length > 0) {
    const shown = without.slice(0, 5).join(', ');
    const more = without.length > 5 ? ` and ${without.length - 5} more` : '';
    throw new UsageError(`${file} has no line for ${shown}${more}: add the file and its group.`);
  }
  return new Map(names.map((name) => [name, groups.get(name) ?? name]));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = systemCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    throw new UsageError(`The table of groups ${file} ${reason}: check the path.`);
  }
}
