import writeExcelFile, { type Row } from 'write-excel-file/node';

/** A table of a workbook: a header and a row for each record. */
export interface Sheet {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

/** An XLSX file. `null` becomes an empty cell; headers are bold and stay in view. */
export async function encodeWorkbook(sheets: readonly Sheet[]): Promise<Uint8Array> {
  const content = sheets.map(({ name, columns, rows }) => ({
    sheet: name,
    stickyRowsCount: 1,
    columns: columns.map((column) => ({ width: widest(column, rows) })),
    data: [
      columns.map((value) => ({ value, type: String, fontWeight: 'bold' as const })),
      ...rows.map((row): Row => columns.map((column) => cell(row[column]))),
    ],
  }));
  return new Uint8Array(await writeExcelFile(content).toBuffer());
}

function cell(value: string | number | null | undefined): Row[number] {
  if (typeof value === 'string') return { value, type: String };
  if (typeof value !== 'number') return null;
  return { value, type: Number, ...(Number.isInteger(value) ? {} : { format: '0.0000' }) };
}

const WIDEST = 40;

function widest(column: string, rows: Sheet['rows']): number {
  const lengths = rows.map((row) => {
    const value = row[column];
    return typeof value === 'string' ? value.length : 8;
  });
  return Math.min(WIDEST, lengths.reduce((a, b) => Math.max(a, b), column.length) + 2);
}
