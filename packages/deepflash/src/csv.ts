import { stringify } from 'csv-stringify/sync';

type Rows = readonly Readonly<Record<string, string | number | null>>[];

/** Rows that are in memory as text at a time. */
const AT_A_TIME = 5000;

/** A CSV file: a header and a row for each record. `null` becomes an empty cell; numbers use a point. */
export function encodeCsv(columns: readonly string[], rows: Rows): Uint8Array {
  return Buffer.concat([...csvParts(columns, rows)]);
}

/** The same in parts, for tables whose text is large. */
export function* csvParts(columns: readonly string[], rows: Rows): Generator<Uint8Array> {
  for (let first = 0; first === 0 || first < rows.length; first += AT_A_TIME) {
    const text = stringify(rows.slice(first, first + AT_A_TIME), {
      header: first === 0,
      columns: [...columns],
      cast: { number: (value) => String(value) },
    });
    yield new TextEncoder().encode(text);
  }
}

/**
 * The rows of a CSV file as spreadsheets write it: cells with commas, semicolons or tabs between them, as the first line
 * has, in quotation marks where they hold such. Empty lines are left out.
 */
export function decodeCsv(text: string): string[][] {
  const plain = text.replace(/^\ufeff/, '');
  const [first = ''] = plain.split(/\r?\n/, 1);
  const separator = [';', '\t', ','].find((candidate) => first.includes(candidate)) ?? ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    row.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    if (row.some((value) => value !== '')) rows.push(row);
    row = [];
  };
  for (let i = 0; i < plain.length; i++) {
    const character = plain.charAt(i);
    if (character === '"') {
      // Within quotation marks a doubled one stands for itself.
      if (quoted && plain.charAt(i + 1) === '"') {
        cell += '"';
        i++;
      } else quoted = !quoted;
    } else if (quoted) cell += character;
    else if (character === separator) endCell();
    else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  endRow();
  return rows;
}
