import { join } from 'node:path';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { describeSettings } from '@deepflash/segmentation';
import type { Command } from 'commander';
import { encodeCsv } from '../csv.js';
import { type DataFolders, inspectData } from '../data/inspect.js';
import { settleDevice } from '../devices/choose-device.js';
import { StoppedError } from '../errors.js';
import { learningRatePicture } from '../report/learning-rate-picture.js';
import { onInterrupt } from '../terminal/interrupt.js';
import { chooseNetwork } from '../training/choose-network.js';
import { findLearningRate } from '../training/find-learning-rate.js';
import { chooseFittingShape } from '../training/plan-training.js';
import { wholeNumber } from '../whole-number.js';
import { makeFolder } from '../writable.js';
import { createVoice, newCommand } from './command.js';
import { addSettingsOptions, settingsHelp, trainingSettings } from './settings-options.js';

export function lrFindCommand(): Command {
  const rows = describeSettings();
  const command = newCommand(
    'lr-find',
    'Try learning rates on images and masks, and suggest one for the training.',
    'deepflash lr-find --images images --masks masks --out rates',
  )
    .requiredOption('--images <dir>', 'folder of images')
    .requiredOption('--masks <dir>', 'folder of their masks; a mask begins with the name of its image')
    .requiredOption('--out <dir>', 'folder for lr-find.csv and lr-find.svg')
    .option('--points <number>', 'how many rates are tried, a training step each', '100')
    .option('--marked-only', 'leave out images without a mask instead of refusing them')
    .option('--config <file>', 'JSON file of settings, such as the config.json of a run');
  return addSettingsOptions(
    command,
    rows.filter(({ flag, name }) => flag && !['learningRate', 'schedule', 'steps'].includes(name)),
  )
    .addHelpText('after', settingsHelp(rows))
    .action(async (options: LrFindOptions) => {
      const voice = createVoice(options);
      const points = wholeNumber('--points', options.points, 20, 10_000);
      const settings = await trainingSettings({ ...options }, {}, (notice) => voice.say(`Note: ${notice}`));
      await makeFolder(options.out);
      const device = await settleDevice(settings);
      if (device.reasons.device !== undefined) voice.say(device.reasons.device);
      const network = await chooseNetwork(device.settings);
      // All images count alike here, so no folds are asked for.
      const { record, warnings } = await inspectData(foldersOf(options), {
        ...settings,
        folds: 1,
        models: 1,
      });
      for (const warning of warnings) voice.say(`Note: ${warning}`);
      const { learningRate: _, steps: __, ...shaped } = chooseFittingShape(network.settings, record).settings;
      const stopping = new AbortController();
      const release = onInterrupt(
        () => stopping.abort(new StoppedError('Stopped; nothing was written.')),
        () => process.exit(130),
      );
      const found = await findLearningRate(shaped, record, {
        points,
        signal: stopping.signal,
        onPoint: (done, total) => voice.progress.update({ label: 'Rates', done, total, details: [] }),
      }).finally(release);
      const files = { table: join(options.out, 'lr-find.csv'), picture: join(options.out, 'lr-find.svg') };
      const columns = ['learningRate', 'loss', 'smoothedLoss'];
      await writeFileAtomic(
        files.table,
        encodeCsv(
          columns,
          found.points.map((point) => ({ ...point })),
        ),
      );
      await writeFileAtomic(files.picture, learningRatePicture(found));
      voice.answer({ ...files, tried: found.points.length, suggestions: found.suggestions }, [
        ...suggestionLines(found.suggestions),
        `Picture: ${files.picture}`,
      ]);
    });
}

interface LrFindOptions {
  readonly images: string;
  readonly masks: string;
  readonly out: string;
  readonly points: string;
  readonly markedOnly?: boolean;
  readonly json?: boolean;
}

function foldersOf({ images, masks, markedOnly = false }: LrFindOptions): DataFolders {
  return { images, masks, unmarked: markedOnly ? 'leave-out' : 'refuse' };
}

function suggestionLines(suggestions: Awaited<ReturnType<typeof findLearningRate>>['suggestions']): string[] {
  if (suggestions === null)
    return ['The loss exploded too soon to suggest a rate: check the images and masks.'];
  const { valley, steepest, minimum } = suggestions;
  return [
    `Suggested: --learning-rate ${Number(valley.toPrecision(2))} (two thirds down the longest descent of the loss)`,
    `Steepest descent: ${Number(steepest.toPrecision(2))}; a tenth of the rate with the least loss: ${Number(minimum.toPrecision(2))}`,
  ];
}
