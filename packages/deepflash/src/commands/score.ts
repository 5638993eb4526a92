import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FolderError } from '@deepflash/imaging';
import { listImageFiles, writeFileAtomic } from '@deepflash/imaging/node';
import type { Command } from 'commander';
import { encodeCsv } from '../csv.js';
import { matchingLines } from '../data/matching-table.js';
import { UsageError } from '../errors.js';
import { predictionFiles } from '../runs/layout.js';
import { type FolderScore, scoreFolders } from '../scoring/score-folders.js';
import { checkWritable, makeFolder } from '../writable.js';
import { createVoice, newCommand, type Voice } from './command.js';

export function scoreCommand(): Command {
  return newCommand(
    'score',
    'Compare predicted masks with true ones.',
    'deepflash score --predictions results/masks --masks masks --out scores',
  )
    .requiredOption('--predictions <dir>', 'folder of predicted masks, or what deepflash predict wrote')
    .requiredOption('--masks <dir>', 'folder of true masks; a mask begins with the name of its prediction')
    .requiredOption('--out <dir>', 'folder for results.csv')
    .option('--instances', 'pixel values number objects instead of classes')
    .option(
      '--classes <number>',
      'number of classes with the background (default: as many as the masks hold)',
    )
    .action(async (options: ScoreCommandOptions) => {
      const voice = createVoice(options);
      const scores = await score(options, voice);
      const { images, dice, iou, ap50, map } = scores;
      voice.answer(
        { images, dice, iou, ap50, map, results: scores.results.map(({ file, dice }) => ({ file, dice })) },
        [
          `${images} ${images === 1 ? 'image' : 'images'}: Dice ${dice.toFixed(3)}, IoU ${iou.toFixed(3)}`,
          `Objects: average precision ${ap50.toFixed(3)} at IoU 0.5, ${map.toFixed(3)} in the mean of 0.5 to 0.95`,
          `Results: ${join(options.out, 'results.csv')}`,
        ],
      );
    });
}

export interface ScoreCommandOptions {
  readonly predictions: string;
  readonly masks: string;
  readonly out: string;
  readonly instances?: boolean;
  readonly classes?: string;
  readonly json?: boolean;
}

/** Scores the predictions of a folder and writes `results.csv`. */
export async function score(options: ScoreCommandOptions, { progress, say }: Voice): Promise<FolderScore> {
  const { masks, out } = options;
  const classes = classCount(options.classes);
  checkWritable(out);
  const scores = await scoreFolders({
    predictions: await predictionFolder(options),
    masks,
    content: options.instances ? 'instances' : 'classes',
    classes,
    onImage: (done, total) => progress.update({ label: 'Scored', done, total, details: [] }),
  }).finally(() => progress.end());
  for (const line of matchingLines(scores.matching, THINGS)) say(line);
  await makeFolder(out);
  const columns = ['file', 'mask', 'dice', 'iou', 'ap50', 'map', 'objectsPredicted', 'objectsTrue'];
  const rows = scores.results.map((result) => ({ ...result }));
  await writeFileAtomic(join(out, 'results.csv'), encodeCsv(columns, rows));
  return scores;
}

const THINGS = { each: ['prediction', 'predictions'], partner: ['mask', 'masks'] } as const;

/** The folder that holds the predictions themselves: what `deepflash predict` wrote has them one level deeper. */
async function predictionFolder({ predictions, instances }: ScoreCommandOptions): Promise<string> {
  try {
    await listImageFiles(predictions);
    return predictions;
  } catch (error) {
    const files = predictionFiles(predictions);
    const within = instances ? files.instances : files.masks;
    if (error instanceof FolderError && existsSync(within)) return within;
    throw error;
  }
}

function classCount(text: string | undefined): number | null {
  if (text === undefined) return null;
  const classes = Number(text);
  if (Number.isInteger(classes) && classes >= 2 && classes <= 256) return classes;
  throw new UsageError(`--classes must be a whole number from 2 to 256, not ${text}.`);
}
