/** The tables of a prediction: images and objects, for scripts (CSV) and for Excel (XLSX). */
import { csvParts } from '../csv.js';
import { predictionFiles } from '../runs/layout.js';
import { writeWorkbook } from '../workbook.js';
import { writeParts } from '../write-parts.js';
import { brightnessColumns, type ObjectRecord, objectColumns } from './object-records.js';
import type { PredictionResult } from './prediction-log.js';

const imageColumns = [
  'file',
  'width',
  'height',
  'foreground',
  'objects',
  'expectedDice',
  'expectedDiceLow',
  'expectedDiceHigh',
  'unlike',
  'reasons',
  'uncertainty',
  'uncertaintyScore',
  'seconds',
] as const;

/** Excel opens no sheet of more rows; a table that long is for scripts. */
const MOST_ROWS = 1_000_000;

/**
 * Writes `results.csv`, `objects.csv` and `results.xlsx`.
 *
 * @param channels of the images as the networks see them
 * @returns what could not be told, a sentence each
 */
export async function writePredictionTables(
  out: string,
  results: readonly PredictionResult[],
  objects: readonly ObjectRecord[],
  channels: number,
): Promise<string[]> {
  const files = predictionFiles(out);
  const images = results.map(({ name: _, unlike, reasons, ...row }) => ({
    ...row,
    unlike: unlike ? 'yes' : 'no',
    reasons: reasons.join('; '),
  }));
  const columns = [...objectColumns, ...brightnessColumns(channels)];
  await writeParts(files.results, csvParts(imageColumns, images));
  await writeParts(files.objects, csvParts(columns, objects));
  const inWorkbook = objects.length <= MOST_ROWS;
  const sheets = [
    { name: 'images', columns: imageColumns, rows: images },
    ...(inWorkbook ? [{ name: 'objects', columns, rows: objects }] : []),
  ];
  await writeWorkbook(files.workbook, sheets);
  return inWorkbook
    ? []
    : [
        `results.xlsx holds the images only, because Excel opens no ${objects.length} rows; the objects are in objects.csv.`,
      ];
}
