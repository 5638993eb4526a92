/** A prediction as the pages show it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { z } from 'zod';
import { decodeCsv } from '../csv.js';
import type { Project } from '../project/project.js';
import { predictionFiles } from '../runs/layout.js';
import { isSubmitted } from './cluster-view.js';

export interface PredictionView {
  readonly name: string;
  readonly finished: boolean;
  /** Whether tasks of a cluster have to do with it. */
  readonly submitted: boolean;
  /** The doubtful ones first. */
  readonly images: readonly PredictedImage[];
}

export interface PredictedImage {
  readonly name: string;
  readonly file: string;
  readonly objects: number;
  readonly expectedDice: number;
  readonly expectedDiceLow: number;
  readonly expectedDiceHigh: number;
  readonly uncertainty: number;
  readonly unlike: boolean;
  readonly reasons: string;
  /** A person found the mask right. */
  readonly accepted: boolean;
}

export function predictionView({ files }: Project, name: string): PredictionView {
  const { results } = predictionFiles(files.prediction(name));
  const submitted = isSubmitted(files.prediction(name));
  if (!existsSync(results)) return { name, submitted, finished: false, images: [] };
  const accepted = new Set(readAccepted(files.accepted(name)));
  const [head = [], ...rows] = decodeCsv(readFileSync(results, 'utf8'));
  const images = rows.map((row) => {
    const cell = (column: string): string => row[head.indexOf(column)] ?? '';
    const image = imageOf(cell('file'));
    return {
      ...{ name: image, file: cell('file'), accepted: accepted.has(image) },
      objects: Number(cell('objects')),
      expectedDice: Number(cell('expectedDice')),
      expectedDiceLow: Number(cell('expectedDiceLow')),
      expectedDiceHigh: Number(cell('expectedDiceHigh')),
      uncertainty: Number(cell('uncertainty')),
      unlike: cell('unlike') === 'yes',
      reasons: cell('reasons'),
    };
  });
  return { name, submitted, finished: true, images: images.sort((a, b) => a.expectedDice - b.expectedDice) };
}

/** The objects of one image; a cell is null where there is nothing to tell. */
export interface ObjectTable {
  /** Of lengths, and squared of areas, such as µm or pixel; empty where there are no objects. */
  readonly unit: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string | null)[])[];
}

/** What a table of one image need not tell. */
const SAME = new Set(['file', 'unit']);

export function objectTable({ files }: Project, name: string, image: string): ObjectTable {
  const { objects } = predictionFiles(files.prediction(name));
  if (!existsSync(objects)) return { unit: '', columns: [], rows: [] };
  const { head, byImage } = tableOf(objects);
  const shown = head.flatMap((column, index) => (SAME.has(column) ? [] : [index]));
  const own = byImage.get(image) ?? [];
  return {
    unit: own[0]?.[head.indexOf('unit')] ?? '',
    columns: shown.map((index) => head[index] ?? ''),
    rows: own.map((row) =>
      shown.map((index) => {
        const cell = row[index] ?? '';
        return cell === '' ? null : Number.isNaN(Number(cell)) ? cell : Number(cell);
      }),
    ),
  };
}

interface Objects {
  readonly changed: number;
  readonly head: readonly string[];
  readonly byImage: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** The table read last, which may be long, and is asked for image by image. */
let last: { readonly file: string; readonly objects: Objects } | undefined;

function tableOf(file: string): Objects {
  const changed = statSync(file).mtimeMs;
  if (last?.file === file && last.objects.changed === changed) return last.objects;
  const [head = [], ...rows] = decodeCsv(readFileSync(file, 'utf8'));
  const at = head.indexOf('file');
  const byImage = new Map<string, string[][]>();
  for (const row of rows) {
    const image = imageOf(row[at] ?? '');
    const own = byImage.get(image);
    if (own === undefined) byImage.set(image, [row]);
    else own.push(row);
  }
  last = { file, objects: { changed, head, byImage } };
  return last.objects;
}

/** Notes that the mask of an image was found right, or is open again. Returns all that are right. */
export async function acceptImage(
  { files }: Project,
  name: string,
  image: string,
  state: 'accepted' | 'open',
): Promise<readonly string[]> {
  const others = readAccepted(files.accepted(name)).filter((one) => one !== image);
  const accepted = state === 'accepted' ? [...others, image] : others;
  await writeFileAtomic(files.accepted(name), new TextEncoder().encode(JSON.stringify(accepted)));
  return accepted;
}

function readAccepted(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  return z.array(z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
}

function imageOf(file: string): string {
  return file.replace(/(\.ome)?\.[^.]*$/i, '');
}
