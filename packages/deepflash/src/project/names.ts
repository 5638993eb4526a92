/** Names that people give and that become names of files, on any system. */
import { UsageError } from '../errors.js';

/** Devices that Windows takes for files. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** The name if it can be one of a file. Throws a UsageError for others, such as those that lead to other folders. */
export function checkedName(thing: string, name: string): string {
  if (/^[\p{L}\p{N}_](?:[\p{L}\p{N} _.()+-]{0,98}[\p{L}\p{N}_)+-])?$/u.test(name) && !RESERVED.test(name))
    return name;
  throw new UsageError(
    `${JSON.stringify(name)} cannot be the name of ${thing}: use letters, numbers, spaces and _ . ( ) + -, at most 100.`,
  );
}
