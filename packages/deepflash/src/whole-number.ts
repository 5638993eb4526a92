import { UsageError } from './errors.js';

/**
 * The number that an option of the command line was given, such as `--shards 20`.
 *
 * @throws UsageError where it is no whole number in this range, both ends included.
 */
export function wholeNumber(
  flag: string,
  text: string,
  least: number,
  most = Number.POSITIVE_INFINITY,
): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
  const range = most === Number.POSITIVE_INFINITY ? `${least} on` : `${least} to ${most}`;
  throw new UsageError(`${flag} must be a whole number from ${range}, not ${text}.`);
}
