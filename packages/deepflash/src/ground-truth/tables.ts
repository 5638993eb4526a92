/** The account of the raters as CSV files and as one workbook for Excel. */
import { writeFileAtomic } from '@deepflash/imaging/node';
import { encodeCsv } from '../csv.js';
import { type Sheet, writeWorkbook } from '../workbook.js';
import { MEASURES } from './account.js';
import type { GroundTruth } from './build.js';
import type { ConsensusImage } from './examine.js';
import { groundTruthFiles } from './layout.js';

type Cell = string | number | null;
type Row = Readonly<Record<string, Cell>>;

/** Writes `experts.csv`, `agreement.csv` and `results.xlsx`. */
export async function writeTables(folder: string, truth: GroundTruth): Promise<void> {
  const files = groundTruthFiles(folder);
  const experts = expertRows(truth.images);
  const agreement = agreementRows(truth);
  await writeFileAtomic(files.experts, encodeCsv(EXPERT_COLUMNS, experts));
  await writeFileAtomic(files.agreement, encodeCsv(AGREEMENT_COLUMNS, agreement));
  const sheets: Sheet[] = [
    { name: 'raw', columns: EXPERT_COLUMNS, rows: experts },
    { name: 'aggregated', columns: AGGREGATED_COLUMNS, rows: aggregatedRows(truth) },
    { name: 'agreement', columns: AGREEMENT_COLUMNS, rows: agreement },
    { name: 'objects of one', columns: LONE_COLUMNS, rows: loneRows(truth.images) },
    ...(truth.content === 'instances'
      ? [{ name: 'votes on objects', columns: VOTE_COLUMNS, rows: voteRows(truth.images) }]
      : []),
    { name: 'images', columns: IMAGE_COLUMNS, rows: imageRows(truth.images) },
    ...(truth.method === 'staple'
      ? [{ name: 'STAPLE confusion', columns: CONFUSION_COLUMNS, rows: confusionRows(truth.images) }]
      : []),
  ];
  await writeWorkbook(files.workbook, sheets);
}

const EXPERT_COLUMNS = ['image', 'expert', 'kind', ...MEASURES, 'raters', 'objectsOfOne'];

function expertRows(images: readonly ConsensusImage[]): Row[] {
  return images.flatMap(({ name, raters, voters }) =>
    raters.map(({ rater, account, lone }) => ({
      image: name,
      expert: rater.name,
      kind: rater.kind,
      ...account,
      raters: voters,
      objectsOfOne: lone.length,
    })),
  );
}

const AGGREGATED_COLUMNS = [
  'expert',
  'kind',
  'images',
  'measure',
  'mean',
  'standardDeviation',
  'lowest',
  'median',
  'highest',
];

/** Images that an expert alone has marked are left out, as in the means of the summary. */
function aggregatedRows({ images, raters }: GroundTruth): Row[] {
  return raters.flatMap(({ name, kind }) => {
    const accounts = images
      .filter(({ voters }) => kind === 'model' || voters > 1)
      .flatMap((image) => image.raters.filter(({ rater }) => rater.name === name));
    return MEASURES.map((measure) => ({
      expert: name,
      kind,
      images: accounts.length,
      measure,
      ...spread(accounts.map(({ account }) => account[measure])),
    }));
  });
}

/** Mean, standard deviation of the sample, and order statistics; null where there are too few values. */
export function spread(values: readonly number[]): Row {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const mean = n === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / n;
  const squares = sorted.reduce((sum, value) => sum + (value - (mean ?? 0)) ** 2, 0);
  const below = sorted[(n - 1) >> 1];
  const above = sorted[n >> 1];
  return {
    mean,
    standardDeviation: n < 2 ? null : Math.sqrt(squares / (n - 1)),
    lowest: sorted[0] ?? null,
    median: below === undefined || above === undefined ? null : (below + above) / 2,
    highest: sorted[n - 1] ?? null,
  };
}

/** In the place of an image's name. */
export const MEAN_OF_ALL = 'mean of all';

const AGREEMENT_COLUMNS = ['image', 'measure', 'first', 'second', 'value', 'images'];

/** A row for each measure of each image; then the means over the images, which have no image's name. */
function agreementRows({ images, agreement }: GroundTruth): Row[] {
  const each = images.flatMap(({ name, agreement: { pairs, fleissKappa, krippendorffAlpha } }) => [
    ...pairs.map(({ first, second, dice }) => row(name, 'dice', dice, 1, first, second)),
    row(name, 'fleissKappa', fleissKappa, 1),
    row(name, 'krippendorffAlpha', krippendorffAlpha, 1),
  ]);
  const { pairs, fleissKappa, krippendorffAlpha } = agreement;
  return [
    ...each,
    ...pairs.map(({ first, second, dice, images: n }) => row(null, 'dice', dice, n, first, second)),
    row(null, 'fleissKappa', fleissKappa.mean, fleissKappa.images),
    row(null, 'krippendorffAlpha', krippendorffAlpha.mean, krippendorffAlpha.images),
  ];

  function row(
    image: string | null,
    measure: string,
    value: number | null,
    count: number,
    first: string | null = null,
    second: string | null = null,
  ): Row {
    return { image: image ?? MEAN_OF_ALL, measure, first, second, value, images: count };
  }
}

const LONE_COLUMNS = ['image', 'expert', 'kind', 'row', 'column', 'area'];

function loneRows(images: readonly ConsensusImage[]): Row[] {
  return images.flatMap(({ name, raters }) =>
    raters.flatMap(({ rater, lone }) =>
      lone.map(({ row, column, area }) => ({
        image: name,
        expert: rater.name,
        kind: rater.kind,
        row,
        column,
        area,
      })),
    ),
  );
}

const VOTE_COLUMNS = ['image', 'object', 'accepted', 'votes', 'raters', 'area', 'row', 'column', 'seenBy'];

/** Accepted objects by their number; rejected ones by their place. */
function voteRows(images: readonly ConsensusImage[]): Row[] {
  return images.flatMap(({ name: image, voters: raters, votes }) => [
    ...(votes?.objects ?? []).map(({ label, votes: count, area, seenBy }) => ({
      image,
      object: label,
      accepted: 'yes',
      votes: count,
      raters,
      area,
      row: null,
      column: null,
      seenBy: seenBy.join(', '),
    })),
    ...(votes?.rejected ?? []).map(({ row, column, area, seenBy }) => ({
      image,
      object: null,
      accepted: 'no',
      votes: seenBy.length,
      raters,
      area,
      row,
      column,
      seenBy: seenBy.join(', '),
    })),
  ]);
}

const IMAGE_COLUMNS = [
  'image',
  'width',
  'height',
  'raters',
  'objects',
  'undecidedPixels',
  'iterations',
  'converged',
];

function imageRows(images: readonly ConsensusImage[]): Row[] {
  return images.map(({ name, width, height, voters, objects, undecidedPixels, staple }) => ({
    image: name,
    width,
    height,
    raters: voters,
    objects,
    undecidedPixels,
    iterations: staple?.iterations ?? null,
    converged: staple === null ? null : staple.converged ? 'yes' : 'no',
  }));
}

const CONFUSION_COLUMNS = ['image', 'expert', 'kind', 'trueClass', 'givenClass', 'probability'];

function confusionRows(images: readonly ConsensusImage[]): Row[] {
  return images.flatMap(({ name, raters }) =>
    raters.flatMap(({ rater, confusion }) =>
      (confusion ?? []).flatMap((row, givenClass) =>
        row.map((probability, trueClass) => ({
          image: name,
          expert: rater.name,
          kind: rater.kind,
          trueClass,
          givenClass,
          probability,
        })),
      ),
    ),
  );
}
