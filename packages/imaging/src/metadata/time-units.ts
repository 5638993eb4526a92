const SPELLINGS: readonly (readonly [seconds: number, names: readonly string[]])[] = [
  [1, ['s', 'sec', 'secs', 'second', 'seconds']],
  [1e-3, ['ms', 'msec', 'millisecond', 'milliseconds']],
  [1e-6, ['us', 'µs', 'usec', 'microsecond', 'microseconds']],
  [1e-9, ['ns', 'nsec', 'nanosecond', 'nanoseconds']],
  [60, ['min', 'mins', 'minute', 'minutes']],
  [3600, ['h', 'hr', 'hrs', 'hour', 'hours']],
  [86_400, ['d', 'day', 'days']],
];

/** How many seconds each unit is, by the spellings of ImageJ, OME and OME-Zarr. */
const SECONDS = new Map(
  SPELLINGS.flatMap(([seconds, names]) => names.map((name) => [name, seconds] as const)),
);

/** A time in seconds; null unless it is above 0 and its unit is known. Without a unit it is in seconds. */
export function secondsOf(time: number | null | undefined, unit: string | undefined): number | null {
  const seconds = SECONDS.get((unit ?? 's').trim().replace('\u03bc', 'µ').toLowerCase());
  const valid = typeof time === 'number' && Number.isFinite(time) && time > 0;
  return valid && seconds !== undefined ? time * seconds : null;
}
