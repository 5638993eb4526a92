/** What of a prediction the command line says: by which networks, of which images, in which way. */
import { DEFAULT_DEPTH, DEFAULT_PROMINENCE, type Selection } from '@deepflash/imaging';
import { type Combination, combinations, describeSettings, parseSettings } from '@deepflash/segmentation';
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.js';
import type { AskedObjects, AskedPrediction, PredictionSettings } from '../prediction/open-prediction.js';
import type { LargeFormat, ObjectOptions } from '../prediction/outcome.js';
import { addSettingsOptions, givenSettings, settingsHelp } from './settings-options.js';

/** The settings that matter once a network is trained. */
const SETTINGS = ['channels', 'z', 'time', 'testTimeAugmentation', 'device', 'threads'] as const;

/** @param without settings whose options the command needs for itself */
export function addPredictOptions(command: Command, without: readonly string[] = []): Command {
  const rows = describeSettings().filter(({ name }) => isPredictionSetting(name));
  const flags = rows.filter(({ name }) => !without.includes(name));
  command
    .requiredOption(
      '--model <run|file...>',
      'a run, whose networks predict together, one of its ensemble.onnx and model.onnx files, or .safetensors of segmentation_models.pytorch; several predict together',
    )
    .requiredOption('--images <dir>', 'folder of images')
    .requiredOption('--out <dir>', 'folder for masks, uncertainty, objects, tables and report.html')
    .addOption(
      new Option(
        '--separate <way>',
        'objects that touch: one (components), cut where they are narrow (watershed), or as the networks learnt (learned); auto: what was best on the held-out images of the run where its masks numbered the objects, else components',
      )
        .choices(['auto', 'components', 'watershed', 'learned'])
        .default('auto'),
    )
    .option(
      '--prominence <part>',
      `for learned: how clearly objects must part, from 0 to 1; larger cuts fewer (default: what was best on the run's held-out images, else ${DEFAULT_PROMINENCE})`,
    )
    .option(
      '--depth <pixels>',
      `for watershed: how much thicker than its neck a part must be (default: what was best on the run's held-out images, else ${DEFAULT_DEPTH})`,
    )
    .option('--minimum-size <pixels>', 'objects of fewer pixels are not counted', '0')
    .option('--fill-holes', 'holes belong to the objects around them')
    .option('--exclude-border', 'objects at the border of the image are not counted')
    .option('--probabilities', 'write the probability of each class, too')
    .addOption(
      new Option('--combine <way>', 'how the masks of several networks become one')
        .choices([...combinations])
        .default('mean'),
    )
    .option('--turns', 'see each tile in quarter turns as well: twice as slow as flips alone')
    .option('--zooms <factors>', 'see each tile in these sizes, such as 0.75,1,1.25', '1')
    .addOption(
      new Option('--large-format <format>', 'how results of images are written that do not fit into memory')
        .choices(['ome-tiff', 'ome-zarr'])
        .default('ome-tiff'),
    )
    .option('--architecture <name>', 'of weights of segmentation_models.pytorch, such as Unet')
    .option('--encoder <name>', 'of such weights, such as resnet34');
  return addSettingsOptions(command, flags).addHelpText('after', settingsHelp(rows));
}

export interface PredictOptions extends GivenObjectOptions {
  readonly model: readonly string[];
  readonly images: string;
  readonly out: string;
  readonly probabilities?: boolean;
  readonly resume?: boolean;
  readonly combine?: Combination;
  readonly turns?: boolean;
  readonly largeFormat?: LargeFormat;
  readonly architecture?: string;
  readonly encoder?: string;
  readonly json?: boolean;
}

interface GivenObjectOptions {
  readonly separate: ObjectOptions['separate'];
  readonly depth?: string;
  readonly prominence?: string;
  readonly zooms: string;
  readonly minimumSize: string;
  readonly fillHoles?: boolean;
  readonly excludeBorder?: boolean;
}

/** The prediction that the options ask for. Throws a SettingsError or a UsageError. */
export function askedPrediction(options: PredictOptions): AskedPrediction {
  const { model, images, out, probabilities, turns, combine, largeFormat, architecture, encoder } = options;
  // Of foreign weights these are options of their own; in a training they are settings.
  const { architecture: _, encoder: __, ...plain } = options;
  const settings = predictionSettings({ ...plain });
  if (turns && !settings.testTimeAugmentation) {
    throw new UsageError(
      '--turns sees each tile in more views, and testTimeAugmentation=false in one alone: leave one of them out.',
    );
  }
  return {
    ...{ models: model, images, out, probabilities, turns, combine, largeFormat, architecture, encoder },
    settings,
    objects: objectOptions(options),
    zooms: zoomsOf(options.zooms),
  };
}

/** Throws a UsageError. */
function objectOptions(given: GivenObjectOptions): AskedObjects {
  return {
    separate: given.separate,
    depth: given.depth === undefined ? null : pixels('--depth', given.depth),
    prominence: given.prominence === undefined ? null : part('--prominence', given.prominence),
    minimumSize: pixels('--minimum-size', given.minimumSize),
    fillHoles: given.fillHoles ?? false,
    excludeBorder: given.excludeBorder ?? false,
  };
}

function pixels(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && Number.isFinite(number)) return number;
  throw new UsageError(`${option} must be a number of pixels from 0, not ${text}.`);
}

function part(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number <= 1) return number;
  throw new UsageError(`${option} must be a number from 0 to 1, not ${text}.`);
}

function zoomsOf(text: string): number[] {
  const zooms = text.split(',').map(Number);
  if (zooms.every((zoom) => zoom >= 0.25 && zoom <= 4)) return [...new Set(zooms)];
  throw new UsageError(`--zooms must be numbers from 0.25 to 4 with commas between them, not ${text}.`);
}

/** The settings of a prediction as the command line gives them. Throws a SettingsError or a UsageError. */
export function predictionSettings(options: Readonly<Record<string, unknown>>): PredictionSettings {
  const given = givenSettings(options);
  const foreign = Object.keys(given).filter((name) => !isPredictionSetting(name));
  if (foreign.length > 0) {
    throw new UsageError(
      `${foreign.join(', ')} cannot be set for a prediction: it is fixed in the networks. What can be set: ${SETTINGS.join(', ')}.`,
    );
  }
  const { testTimeAugmentation, device, threads, channels, z, time } = parseSettings(given);
  // What is not given is as it was in the training.
  const selection: Partial<Selection> = {
    ...('channels' in given ? { channels } : {}),
    ...('z' in given ? { z } : {}),
    ...('time' in given ? { time } : {}),
  };
  return { testTimeAugmentation, device, threads, selection };
}

function isPredictionSetting(name: string): boolean {
  return (SETTINGS as readonly string[]).includes(name);
}
