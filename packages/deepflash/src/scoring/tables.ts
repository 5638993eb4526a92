/** The scores as CSV files and as one workbook for Excel. */
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { IOU_THRESHOLDS } from '@deepflash/segmentation';
import { encodeCsv } from '../csv.js';
import type { ResultPlaces } from '../foreign-files.js';
import { deviation } from '../runs/validation-results.js';
import { type Sheet, writeWorkbook } from '../workbook.js';
import type { Comparison } from './compare.js';
import type { FolderScore } from './score-folders.js';
import { type ImageScore, MEASURES } from './score-image.js';

/** Scores of two folders of predictions of the same images. */
export interface Against {
  readonly scores: FolderScore;
  readonly comparison: readonly Comparison[];
}

/** Where the tables of scores lie, and what tells that scores were written there before. */
export function scorePlaces(folder: string): ResultPlaces {
  const { results, ...others } = scoreFiles(folder);
  const own = existsSync(results) && SCORES_BEGIN.test(readFileSync(results, 'utf8'));
  const tables = [results, ...Object.values(others)];
  return { command: 'score', folders: [], tables, marks: own ? [results] : [] };
}

/** The table of a prediction, which has the same name, has other columns; spreadsheets save with separators of their own. */
const SCORES_BEGIN = /^\ufeff?"?file"?[,;\t]"?mask"?[,;\t]/;

function scoreFiles(folder: string) {
  return {
    results: join(folder, 'results.csv'),
    workbook: join(folder, 'results.xlsx'),
    against: join(folder, 'against.csv'),
    comparison: join(folder, 'comparison.csv'),
  };
}

/** Writes `results.csv` and `results.xlsx`; of two folders `against.csv` and `comparison.csv` as well. */
export async function writeScores(
  folder: string,
  scores: FolderScore,
  against: Against | undefined,
): Promise<void> {
  const files = scoreFiles(folder);
  const tables: Sheet[] = [imageTable('images', scores), summaryTable('summary', scores)];
  await writeCsv(files.results, imageTable('images', scores));
  // Those of an earlier comparison are not of these scores.
  for (const path of [files.against, files.comparison]) await rm(path, { force: true });
  if (against !== undefined) {
    const comparison = comparisonTable(against.comparison);
    const others = imageTable('against', against.scores);
    await writeCsv(files.against, others);
    await writeCsv(files.comparison, comparison);
    tables.push(others, summaryTable('summary against', against.scores), comparison);
  }
  await writeWorkbook(files.workbook, tables);
}

async function writeCsv(path: string, { columns, rows }: Sheet): Promise<void> {
  await writeFileAtomic(path, encodeCsv(columns, rows));
}

const PIXEL_MEASURES = ['dice', 'iou', 'sensitivity', 'precision', 'hausdorff95', 'surfaceDistance'] as const;

function imageTable(name: string, { results, classes }: FolderScore): Sheet {
  // Of two classes the mean is that of the only one.
  const perClass = classes === 2 ? [] : Array.from({ length: classes - 1 }, (_, index) => index + 1);
  const rows = results.map((result) => ({
    file: result.file,
    mask: result.mask,
    ...Object.fromEntries(MEASURES.map((measure) => [measure, result[measure]])),
    objectsPredicted: result.objectsPredicted,
    objectsTrue: result.objectsTrue,
    ...Object.fromEntries(THRESHOLDS.map((column, i) => [column, result.averagePrecisions[i] ?? null])),
    ...Object.fromEntries(perClass.flatMap((c) => classEntries(result, c))),
  }));
  const columns = [
    'file',
    'mask',
    ...MEASURES,
    'objectsPredicted',
    'objectsTrue',
    ...THRESHOLDS.slice(1),
    ...perClass.flatMap((c) => PIXEL_MEASURES.map((measure) => classColumn(measure, c))),
  ];
  return { name, columns, rows };
}

/** ap50, ap55 … ap95. */
const THRESHOLDS = IOU_THRESHOLDS.map((threshold) => `ap${Math.round(100 * threshold)}`);

function classEntries({ perClass }: ImageScore, c: number): [string, number | null][] {
  return PIXEL_MEASURES.map((measure) => [classColumn(measure, c), perClass[c - 1]?.[measure] ?? null]);
}

function classColumn(measure: string, c: number): string {
  return `${measure} of class ${c}`;
}

function summaryTable(name: string, { results, means }: FolderScore): Sheet {
  const rows = MEASURES.map((measure) => {
    const values = results.map((result) => result[measure]).filter((value) => value !== null);
    return { measure, images: values.length, mean: means[measure], standardDeviation: deviation(values) };
  });
  return { name, columns: ['measure', 'images', 'mean', 'standardDeviation'], rows };
}

const COMPARISON_COLUMNS = [
  'measure',
  'images',
  'mean',
  'meanAgainst',
  'difference',
  'medianDifference',
  'better',
  'worse',
  'equal',
  'statistic',
  'pValue',
  'method',
] as const satisfies readonly (keyof Comparison)[];

function comparisonTable(comparison: readonly Comparison[]): Sheet {
  const rows = comparison.map((row) => ({ ...row }));
  return { name: 'comparison', columns: COMPARISON_COLUMNS, rows };
}
