import { dirname } from 'node:path';
import { augmentationSchema, exampleTiles, statisticsOf } from '@deepflash/segmentation';
import type { Command } from 'commander';
import { inspectData } from '../data/inspect.js';
import { readRecorded } from '../data/load.js';
import { UsageError } from '../errors.js';
import { writeAugmentationSheet } from '../report/augmentation-sheet.js';
import { chooseShape } from '../training/plan-training.js';
import { wholeNumber } from '../whole-number.js';
import { makeFolder } from '../writable.js';
import { createVoice, newCommand } from './command.js';
import { addSelectionOptions, addSettingsOptions, trainingSettings } from './settings-options.js';

export function augmentationsCommand(): Command {
  const command = newCommand(
    'augmentations',
    'Show training tiles as they are changed at random, each change alone and all together.',
    'deepflash augmentations --images images --masks masks --out tiles.png --set elastic=0.25 noise=0.2',
  )
    .requiredOption('--images <dir>', 'folder of images')
    .requiredOption('--masks <dir>', 'folder of their masks; a mask begins with the name of its image')
    .requiredOption('--out <file.png>', 'picture to write; a page of the same name says what its rows are')
    .option('--columns <number>', 'how many places are shown', '6')
    .option('--marked-only', 'leave out images without a mask instead of refusing them')
    .option('--config <file>', 'JSON file of settings, such as the config.json of a run');
  return addSettingsOptions(addSelectionOptions(command), []).action(
    async (options: AugmentationsOptions) => {
      const voice = createVoice(options);
      const { images: imageFolder, masks, out } = options;
      const settings = await trainingSettings({ ...options });
      const files = { picture: out, page: pageBeside(out) };
      const columns = wholeNumber('--columns', options.columns, 1, 40);
      await makeFolder(dirname(out));
      // All images count alike here, so no folds are asked for.
      const dataSettings = { ...settings, folds: 1, models: 1 };
      const { record, warnings } = await inspectData(
        { images: imageFolder, masks, unmarked: options.markedOnly === true ? 'leave-out' : 'refuse' },
        dataSettings,
      );
      for (const warning of warnings) voice.say(`Note: ${warning}`);
      const shaped = chooseShape(settings, record).settings;
      const { tileSize, scale, seed } = shaped;
      const images = await readRecorded(record, shaped);
      const tile = { height: tileSize, width: tileSize, scale };
      const rows = exampleTiles({
        images:
          settings.normalisation === 'image'
            ? images.map((image) => ({ ...image, statistics: statisticsOf(image.planes) }))
            : images,
        statistics: record.statistics,
        tile,
        settings: augmentationSchema.parse(settings),
        seed,
        columns,
      });
      await writeAugmentationSheet(files, rows, tile);
      const shown = rows.map(({ name, state, shown }) => ({ name, state, shown }));
      voice.answer({ ...files, columns, rows: shown }, [
        ...shown.map(
          ({ name, state, shown }, index) =>
            `Row ${index + 1}: ${name}, ${shown}${state === 'off' ? ' (not in use)' : ''}`,
        ),
        `Picture: ${files.picture}`,
        `Page: ${files.page}`,
      ]);
    },
  );
}

interface AugmentationsOptions {
  readonly images: string;
  readonly masks: string;
  readonly out: string;
  readonly columns: string;
  readonly markedOnly?: boolean;
  readonly json?: boolean;
}

function pageBeside(picture: string): string {
  if (/\.png$/i.test(picture)) return picture.replace(/\.png$/i, '.html');
  throw new UsageError(`--out ${picture} must end in .png: it is a picture.`);
}
