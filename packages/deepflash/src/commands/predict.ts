import { existsSync } from 'node:fs';
import { nodeRuntime } from '@deepflash/engine/node';
import { DEFAULT_DEPTH, DEFAULT_PROMINENCE, type Selection } from '@deepflash/imaging';
import {
  type Combination,
  combinations,
  describeSettings,
  parseSettings,
  type Settings,
} from '@deepflash/segmentation';
import { type Command, Option } from 'commander';
import { probeDevice, requireDevice } from '../devices/probe.js';
import type { DeviceName } from '../devices/speed.js';
import { list, UsageError, WorkError } from '../errors.js';
import { openEnsemble } from '../prediction/ensemble.js';
import { modelSet } from '../prediction/model-set.js';
import type { LargeFormat, ObjectOptions } from '../prediction/outcome.js';
import { type FolderPrediction, predictFolder } from '../prediction/predict-folder.js';
import type { PredictionResult } from '../prediction/prediction-log.js';
import { predictionFiles, runFiles } from '../runs/layout.js';
import { openRun } from '../runs/run.js';
import { onInterrupt } from '../terminal/interrupt.js';
import { duration } from '../terminal/progress.js';
import { checkWritable } from '../writable.js';
import { createVoice, newCommand, type Voice } from './command.js';
import { addSettingsOptions, givenSettings, settingsHelp } from './settings-options.js';

/** The settings that matter once a network is trained. */
const SETTINGS = ['channels', 'z', 'time', 'testTimeAugmentation', 'device', 'threads'] as const;
type PredictionSettings = ReturnType<typeof predictionSettings>;

export function predictCommand(): Command {
  const rows = describeSettings().filter(({ name }) => isPredictionSetting(name));
  const command = newCommand(
    'predict',
    'Segment images with trained networks.',
    'deepflash predict --model runs/first --images new-images --out results',
  )
    .requiredOption(
      '--model <run|file...>',
      'a run, whose networks predict together, one of its ensemble.onnx and model.onnx files, or .safetensors of segmentation_models.pytorch; several predict together',
    )
    .requiredOption('--images <dir>', 'folder of images')
    .requiredOption('--out <dir>', 'folder for masks, uncertainty, objects, tables and report.html')
    .addOption(
      new Option(
        '--separate <way>',
        'objects that touch: one (components), cut where they are narrow (watershed), or as the networks learnt (learned); auto: learned if they did, else components',
      )
        .choices(['auto', 'components', 'watershed', 'learned'])
        .default('auto'),
    )
    .option(
      '--prominence <part>',
      'for learned: how clearly objects must part, from 0 to 1; larger cuts fewer',
      `${DEFAULT_PROMINENCE}`,
    )
    .option(
      '--depth <pixels>',
      'for watershed: how much thicker than its neck a part must be',
      `${DEFAULT_DEPTH}`,
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
    .option('--encoder <name>', 'of such weights, such as resnet34')
    .option(
      '--resume',
      'leave out images whose results are there already, from the same networks and settings',
    );
  return addSettingsOptions(command, rows)
    .addHelpText('after', settingsHelp(rows))
    .action(async (options: PredictOptions & GivenObjectOptions) => {
      const voice = createVoice(options);
      // Of foreign weights these are options of their own; in a training they are settings.
      const { architecture: _, encoder: __, ...plain } = options;
      const settings = predictionSettings(plain);
      const prediction = await predict(
        { ...options, settings, objects: objectOptions(options), zooms: zoomsOf(options.zooms) },
        voice,
      );
      const { results, failures, resumed, seconds } = prediction;
      const unlike = results.filter((result) => result.unlike);
      const lines = [
        `${results.length} ${results.length === 1 ? 'image' : 'images'} in ${duration(seconds)}${resumed === 0 ? '' : `, of which ${resumed} were there already`}`,
        ...(unlike.length === 0
          ? []
          : [`Unlike the training images, so look at these:\n${list(unlike.map(inWords))}`]),
        `Results: ${predictionFiles(options.out).results}`,
        `Report: ${predictionFiles(options.out).report}`,
      ];
      voice.answer(
        {
          images: results.length,
          seconds,
          results: results.map(({ file, uncertainty, expectedDice, unlike, objects }) => {
            return { file, uncertainty, expectedDice, unlike, objects };
          }),
          ...(resumed === 0 ? {} : { resumed }),
          ...(failures.length === 0 ? {} : { failures }),
        },
        lines,
      );
      if (failures.length === 0) return;
      const all = list(failures.map(({ problem }) => problem));
      throw new WorkError(
        `${failures.length} of ${results.length + failures.length} images could not be predicted:\n${all}`,
      );
    });
}

interface PredictOptions {
  readonly model: string | readonly string[];
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
  readonly depth: string;
  readonly prominence: string;
  readonly zooms: string;
  readonly minimumSize: string;
  readonly fillHoles?: boolean;
  readonly excludeBorder?: boolean;
}

function objectOptions(given: GivenObjectOptions): ObjectOptions {
  return {
    separate: given.separate,
    depth: pixels('--depth', given.depth),
    prominence: part('--prominence', given.prominence),
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

function inWords({ file, reasons }: PredictionResult): string {
  return `${file}: ${reasons.join('; ')}`;
}

/** The settings of a prediction as the command line gives them. Throws a SettingsError or a UsageError. */
export function predictionSettings(options: Readonly<Record<string, unknown>>) {
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

/** Predicts the images of a folder. Ctrl-C ends it after the tiles in progress. */
export async function predict(
  {
    model,
    images,
    out,
    settings,
    ...options
  }: PredictOptions & {
    readonly settings: PredictionSettings;
    readonly objects?: ObjectOptions;
    readonly zooms?: readonly number[];
  },
  { progress, say }: Voice,
): Promise<FolderPrediction> {
  const models = typeof model === 'string' ? [model] : model;
  const { files, weights, quality } = await modelSet(models);
  checkWritable(out);
  const { threads, testTimeAugmentation, selection } = settings;
  const device = await deviceFor(models, settings.device);
  const runtime = await nodeRuntime({ device, ...(threads === null ? {} : { threads }) });
  const ensemble = await openEnsemble(runtime, files, weights, options);
  const stopping = new AbortController();
  const release = onInterrupt(
    () => stopping.abort(),
    () => process.exit(130),
  );
  const { probabilities = false, resume = false, turns = false } = options;
  const { objects, zooms, combine, largeFormat } = options;
  const start = performance.now();
  try {
    say(`Predicting with ${files.length === 1 ? 'one network' : `${files.length} networks`}.`);
    const prediction = await predictFolder({
      images,
      out,
      ensemble,
      selection,
      augmentation: turns ? 'turns' : testTimeAugmentation ? 'flips' : 'none',
      ...(zooms === undefined ? {} : { zooms }),
      ...(combine === undefined ? {} : { combine }),
      ...(largeFormat === undefined ? {} : { largeFormat }),
      ...(objects === undefined ? {} : { objects }),
      ...(quality === undefined ? {} : { quality }),
      ...{ probabilities, resume },
      signal: stopping.signal,
      onProgress(index, total, file, part) {
        const done = index + part;
        const elapsed = (performance.now() - start) / 1000;
        const secondsLeft = done > 0 ? (elapsed / done) * (total - done) : undefined;
        progress.update({ label: 'Images', done: Math.floor(done), total, secondsLeft, details: [file] });
      },
    });
    for (const notice of prediction.notices) say(`Note: ${notice}`);
    return prediction;
  } finally {
    progress.end();
    release();
    await ensemble.dispose();
  }
}

/** The device that was asked for, or the one that the run was trained on where it is there, or the processor. */
async function deviceFor(models: readonly string[], asked: Settings['device']): Promise<DeviceName> {
  if (asked !== 'auto') {
    await requireDevice(asked);
    return asked;
  }
  const [model] = models;
  if (model === undefined || !existsSync(runFiles(model).config)) return 'cpu';
  const { device } = (await openRun(model)).settings;
  return device === 'cpu' || 'problem' in (await probeDevice(device)) ? 'cpu' : device;
}

function isPredictionSetting(name: string): boolean {
  return (SETTINGS as readonly string[]).includes(name);
}
