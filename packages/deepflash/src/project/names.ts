/** Names that people give and that become names of files, on any system. */
import { UsageError } from '../errors.js';

/** Devices that Windows takes for files. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Begins with a letter, number or _, ends with neither a point nor a space, and holds what file systems take. */
const FORM =
  /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N} _.,;()[\]{}+=~@#$%&!'^-]*[\p{L}\p{M}\p{N}_()[\]{}+=~@#$%&!'^-])?$/u;

/** Bytes of a name: file systems take 255, and names of results are somewhat longer than those of their images. */
const LONGEST = 200;

/** The name if it can be one of a file. Throws a UsageError for others, such as those that lead to other folders. */
export function checkedName(thing: string, name: string): string {
  if (Buffer.byteLength(name) > LONGEST) {
    throw new UsageError(
      `${JSON.stringify(`${[...name].slice(0, 30).join('')}…`)} is too long for the name of ${thing}: shorten it to ${LONGEST} letters (less in alphabets other than Latin).`,
    );
  }
  if (FORM.test(name) && !RESERVED.test(name)) return name;
  throw new UsageError(
    `${JSON.stringify(name)} cannot be the name of ${thing}: begin with a letter or number, and use no / \\ : * ? " < > | in it and no point or space at its end.`,
  );
}
