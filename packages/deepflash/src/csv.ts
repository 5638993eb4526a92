import { stringify } from 'csv-stringify/sync';

/** A CSV file: a header and a row for each record. `null` becomes an empty cell; numbers use a point. */
export function encodeCsv(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string | number | null>>[],
): Uint8Array {
  const text = stringify([...rows], {
    header: true,
    columns: [...columns],
    cast: { number: (value) => String(value) },
  });
  return new TextEncoder().encode(text);
}
