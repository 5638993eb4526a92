import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FolderError } from '@deepflash/imaging';
import { listImageFiles } from '@deepflash/imaging/node';
import { parseSettings } from '@deepflash/segmentation';
import type { Command } from 'commander';
import { matchingLines } from '../data/matching-table.js';
import { UsageError } from '../errors.js';
import { refuseForeignFiles } from '../foreign-files.js';
import { readColourTable } from '../masks/colour-table.js';
import { predictionFiles } from '../runs/layout.js';
import { mean } from '../runs/validation-results.js';
import { type Comparison, compareScores } from '../scoring/compare.js';
import { type FolderScore, scoreFolders } from '../scoring/score-folders.js';
import { MEASURES } from '../scoring/score-image.js';
import { type Against, scorePlaces, writeScores } from '../scoring/tables.js';
import { wholeNumber } from '../whole-number.js';
import { checkWritable, makeFolder } from '../writable.js';
import { createVoice, newCommand, type Voice } from './command.js';
import {
  addMaskSelectionOptions,
  givenSelection,
  givenSettings,
  refuseClassesOfObjects,
} from './settings-options.js';

export function scoreCommand(): Command {
  const command = newCommand(
    'score',
    'Compare predicted masks with true ones.',
    'deepflash score --predictions results/masks --masks masks --out scores',
  )
    .requiredOption('--predictions <dir>', 'folder of predicted masks, or what deepflash predict wrote')
    .requiredOption('--masks <dir>', 'folder of true masks; a mask begins with the name of its prediction')
    .requiredOption('--out <dir>', 'folder for results.csv and results.xlsx')
    .option('--against <dir>', 'folder of other predictions of the same images, to compare with')
    .option('--instances', 'pixel values number objects instead of classes')
    .option(
      '--classes <number>',
      'number of classes with the background (default: as many as the masks hold)',
    )
    .option(
      '--colours <table>',
      'what the colours of the true masks mean, as in a training: black=0,red=1,blue=ignored, or a file',
    )
    .option('--ignore <values>', 'values of the true masks whose pixels count in no score, such as 255');
  return addMaskSelectionOptions(command).action(async (options: ScoreCommandOptions) => {
    const voice = createVoice(options);
    const { against, ...scores } = await score(options, voice);
    const results = scores.results.map((result) => ({
      file: result.file,
      ...Object.fromEntries(MEASURES.map((measure) => [measure, result[measure]])),
      // Of two classes the mean is that of the only one.
      ...(scores.classes === 2 ? {} : { perClass: result.perClass }),
    }));
    voice.answer(
      {
        images: scores.images,
        ...scores.means,
        results,
        ...(against === undefined ? {} : { comparison: against.comparison }),
      },
      [
        ...scoreLines(scores),
        ...(against === undefined ? [] : comparisonLines(against.comparison)),
        `Results: ${join(options.out, 'results.csv')} and ${join(options.out, 'results.xlsx')}`,
      ],
    );
  });
}

function scoreLines({ images, classes, means, results }: FolderScore): string[] {
  const text = (value: number | null, digits = 3) => value?.toFixed(digits) ?? 'none';
  const apart = results.filter(({ hausdorff95 }) => hausdorff95 === null).length;
  return [
    `${images} ${images === 1 ? 'image' : 'images'}: Dice ${text(means.dice)}, IoU ${text(means.iou)}, sensitivity ${text(means.sensitivity)}, precision ${text(means.precision)}`,
    ...(classes === 2 ? [] : [`Dice of each class: ${classDices(results).join(', ')}`]),
    `Outlines: 95th percentile of the Hausdorff distance ${text(means.hausdorff95, 1)} pixels, average distance ${text(means.surfaceDistance, 2)} pixels${apart === 0 ? '' : ` (without ${apart} ${apart === 1 ? 'image' : 'images'} in which a class is missed or not true)`}`,
    `Objects: average precision ${text(means.ap50)} at IoU 0.5, ${text(means.map)} in the mean of 0.5 to 0.95; panoptic quality ${text(means.panopticQuality)}, aggregated Jaccard index ${text(means.aggregatedJaccardIndex)}; ${text(means.countError, 1)} too many or too few per image`,
  ];
}

/** The mean of each class above 0 over the images: `1: 0.812`. */
function classDices(results: FolderScore['results']): string[] {
  const [first] = results;
  return (first?.perClass ?? []).map((_, index) => {
    const dice = mean(results.map(({ perClass }) => perClass[index]?.dice ?? 0)) ?? 0;
    return `${index + 1}: ${dice.toFixed(3)}`;
  });
}

/** A table in which the columns stand below one another. */
function comparisonLines(comparison: readonly Comparison[]): string[] {
  const number = (value: number | null) => value?.toFixed(3) ?? '';
  const rows = [
    ['', 'images', 'mean', 'against', 'better in', 'worse in', 'p (Wilcoxon)'],
    ...comparison.map((row) => [
      row.measure,
      String(row.images),
      number(row.mean),
      number(row.meanAgainst),
      String(row.better),
      String(row.worse),
      row.pValue < 0.001 ? row.pValue.toExponential(1) : row.pValue.toFixed(3),
    ]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(width(0)) : cell.padStart(width(column))))
      .join('  ')
      .trimEnd(),
  );
}

export interface ScoreCommandOptions {
  readonly predictions: string;
  readonly masks: string;
  readonly out: string;
  readonly against?: string;
  readonly instances?: boolean;
  readonly classes?: string;
  readonly colours?: string;
  readonly ignore?: string;
  readonly json?: boolean;
}

/** Scores the predictions of a folder, compares them with those of another where one is given, and writes the tables. */
export async function score(
  options: ScoreCommandOptions,
  { progress, say }: Voice,
): Promise<FolderScore & { readonly against?: Against }> {
  const { masks, out, instances } = options;
  const classes = options.classes === undefined ? null : wholeNumber('--classes', options.classes, 2, 256);
  const { ignore, colours: table } = parseSettings(givenSettings({ ...options }));
  if (instances) {
    refuseClassesOfObjects(classes);
    if (table !== null) {
      throw new UsageError(
        '--colours does not go with --instances, where the values of pixels number objects: leave out one of them.',
      );
    }
  }
  const colours = table === null ? null : await readColourTable(table);
  checkWritable(out);
  refuseOtherTables(out);
  const scored = async (predictions: string, count: number | null): Promise<FolderScore> => {
    const scores = await scoreFolders({
      predictions: await predictionFolder(predictions, instances ? 'instances' : 'masks'),
      masks,
      content: instances ? 'instances' : 'classes',
      classes: count,
      selection: givenSelection({ ...options }),
      ...{ colours, ignored: ignore ?? [] },
      onImage: (done, total) => progress.update({ label: 'Scored', done, total, details: [] }),
    }).finally(() => progress.end());
    for (const line of matchingLines(scores.matching, THINGS)) say(line);
    return scores;
  };
  const scores = await scored(options.predictions, classes);
  const against = options.against === undefined ? undefined : await comparedWith(options.against);
  await makeFolder(out);
  await writeScores(out, scores, against);
  return against === undefined ? scores : { ...scores, against };

  async function comparedWith(folder: string): Promise<Against> {
    const others = await scored(folder, scores.classes);
    return { scores: others, comparison: compareScores(scores, others) };
  }
}

/** The tables of a prediction, of ground truth and of scores have the same names. Throws a UsageError. */
function refuseOtherTables(out: string): void {
  const { log, results } = predictionFiles(out);
  if (existsSync(log)) {
    throw new UsageError(
      `${out} holds a prediction, whose own ${basename(results)} would be lost: name another folder with --out.`,
    );
  }
  refuseForeignFiles(scorePlaces(out));
}

const THINGS = { each: ['prediction', 'predictions'], partner: ['mask', 'masks'] } as const;

/** The folder that holds the predictions themselves: what `deepflash predict` wrote has them one level deeper. */
async function predictionFolder(folder: string, kind: 'masks' | 'instances'): Promise<string> {
  try {
    await listImageFiles(folder);
    return folder;
  } catch (error) {
    const within = predictionFiles(folder)[kind];
    if (error instanceof FolderError && existsSync(within)) return within;
    throw error;
  }
}
