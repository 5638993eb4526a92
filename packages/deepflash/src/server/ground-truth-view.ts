/** What is known of the experts once their drawings are merged. */
import { existsSync, readFileSync } from 'node:fs';
import { decodeCsv } from '../csv.js';
import { groundTruthFiles } from '../ground-truth/layout.js';
import type { Project } from '../project/project.js';
import { isAnswered, type JobView } from './jobs.js';

export interface GroundTruthView {
  /** How the ground truth was made; null where that is not known. */
  readonly method: string | null;
  /** Methods that were tried beside. */
  readonly compared: readonly string[];
  /** Means over the images of each expert, all against the consensus. */
  readonly experts: readonly ExpertAccount[];
  /** Mean agreement over all images. */
  readonly agreement: readonly {
    readonly measure: string;
    readonly first: string;
    readonly second: string;
    readonly value: number;
  }[];
}

export interface ExpertAccount {
  readonly name: string;
  readonly images: number;
  readonly dice: number;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly ap50: number;
  /** Objects that nobody else has seen, over all images. */
  readonly objectsOfOne: number;
  /** Dice on each image. */
  readonly byImage: Readonly<Record<string, number>>;
}

const METHODS = ['staple', 'majority'] as const;

export function groundTruthView({ files }: Project, jobs: readonly JobView[]): GroundTruthView {
  const { experts, agreement } = groundTruthFiles(files.groundTruth);
  // One that failed at some of the images has merged the others.
  const last = jobs.findLast(
    ({ id, kind, state }) => kind === 'ground-truth' && (state === 'done' || isAnswered(files, id)),
  );
  const accounts = new Map<string, Row[]>();
  for (const row of rowsOf(experts)) {
    if (row.kind !== 'expert' || row.image?.startsWith(MEAN)) continue;
    const name = row.expert ?? '';
    accounts.set(name, [...(accounts.get(name) ?? []), row]);
  }
  return {
    method: last?.target ?? null,
    compared: METHODS.filter((method) => existsSync(groundTruthFiles(files.comparison(method)).experts)),
    experts: [...accounts].map(([name, rows]) => account(name, rows)),
    agreement: rowsOf(agreement)
      .filter(({ image }) => image === MEAN)
      .map(({ measure = '', first = '', second = '', value }) => ({
        ...{ measure, first, second, value: Number(value) },
      })),
  };
}

type Row = Readonly<Record<string, string | undefined>>;

/** How the tables call the mean over the images. */
const MEAN = 'mean of all';

function account(name: string, rows: readonly Row[]): ExpertAccount {
  const mean = (measure: string): number =>
    rows.reduce((sum, row) => sum + Number(row[measure]), 0) / Math.max(1, rows.length);
  return {
    ...{ name, images: rows.length, dice: mean('dice'), sensitivity: mean('sensitivity') },
    ...{ specificity: mean('specificity'), ap50: mean('ap50') },
    objectsOfOne: rows.reduce((sum, row) => sum + Number(row.objectsOfOne), 0),
    byImage: Object.fromEntries(rows.map((row) => [row.image ?? '', Number(row.dice)])),
  };
}

function rowsOf(file: string): Row[] {
  if (!existsSync(file)) return [];
  const [head = [], ...rows] = decodeCsv(readFileSync(file, 'utf8'));
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])));
}
