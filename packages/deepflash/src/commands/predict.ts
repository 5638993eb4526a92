import { DEFAULT_DEPTH, type Selection } from '@deepflash/imaging';
import { describeSettings, parseSettings } from '@deepflash/segmentation';
import { type Command, Option } from 'commander';
import { list, UsageError, WorkError } from '../errors.js';
import { modelFiles } from '../prediction/ensemble.js';
import { openPrediction, type PredictionSettings } from '../prediction/open-prediction.js';
import type { ObjectOptions } from '../prediction/outcome.js';
import { type FolderPrediction, predictFolder } from '../prediction/predict-folder.js';
import type { PredictionResult } from '../prediction/prediction-log.js';
import { predictionFiles } from '../runs/layout.js';
import { onInterrupt } from '../terminal/interrupt.js';
import { duration } from '../terminal/progress.js';
import { checkWritable } from '../writable.js';
import { createVoice, newCommand, type Voice } from './command.js';
import { addSettingsOptions, givenSettings, settingsHelp } from './settings-options.js';

/** The settings that matter once a network is trained. */
const SETTINGS = ['channels', 'z', 'time', 'testTimeAugmentation', 'device', 'threads'] as const;

export function predictCommand(): Command {
  const command = newCommand(
    'predict',
    'Segment images with trained networks.',
    'deepflash predict --model runs/first --images new-images --out results',
  );
  return addPredictOptions(command)
    .option(
      '--resume',
      'leave out images whose results are there already, from the same networks and settings',
    )
    .action(async (options: PredictOptions & GivenObjectOptions) => {
      const voice = createVoice(options);
      const settings = predictionSettings({ ...options });
      const prediction = await predict({ ...options, settings, objects: objectOptions(options) }, voice);
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

/** The options that say what is predicted by what. @param without settings whose options the command needs for itself */
export function addPredictOptions(command: Command, without: readonly string[] = []): Command {
  const rows = describeSettings().filter(({ name }) => isPredictionSetting(name));
  command
    .requiredOption(
      '--model <run|file.onnx>',
      'a run, whose networks predict together, or one of its ensemble.onnx and model.onnx files',
    )
    .requiredOption('--images <dir>', 'folder of images')
    .requiredOption('--out <dir>', 'folder for masks, uncertainty, objects, tables and report.html')
    .addOption(
      new Option('--separate <way>', 'objects that touch: one (components), or cut where they are narrow')
        .choices(['components', 'watershed'])
        .default('components'),
    )
    .option(
      '--depth <pixels>',
      'for watershed: how much thicker than its neck a part must be',
      `${DEFAULT_DEPTH}`,
    )
    .option('--minimum-size <pixels>', 'objects of fewer pixels are not counted', '0')
    .option('--fill-holes', 'holes belong to the objects around them')
    .option('--exclude-border', 'objects at the border of the image are not counted')
    .option('--probabilities', 'write the probability of each class, too');
  const flags = rows.filter(({ name }) => !without.includes(name));
  return addSettingsOptions(command, flags).addHelpText('after', settingsHelp(rows));
}

export interface PredictOptions {
  readonly model: string;
  readonly images: string;
  readonly out: string;
  readonly probabilities?: boolean;
  readonly resume?: boolean;
  readonly json?: boolean;
}

export interface GivenObjectOptions {
  readonly separate: ObjectOptions['separate'];
  readonly depth: string;
  readonly minimumSize: string;
  readonly fillHoles?: boolean;
  readonly excludeBorder?: boolean;
}

/** Throws a UsageError. */
export function objectOptions(given: GivenObjectOptions): ObjectOptions {
  return {
    separate: given.separate,
    depth: pixels('--depth', given.depth),
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

function inWords({ file, reasons }: PredictionResult): string {
  return `${file}: ${reasons.join('; ')}`;
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

/** Predicts the images of a folder. Ctrl-C ends it after the tiles in progress. */
export async function predict(
  asked: PredictOptions & { readonly settings: PredictionSettings; readonly objects?: ObjectOptions },
  { progress, say }: Voice,
): Promise<FolderPrediction> {
  const files = await modelFiles(asked.model);
  checkWritable(asked.out);
  const options = await openPrediction(asked);
  const stopping = new AbortController();
  const release = onInterrupt(
    () => stopping.abort(),
    () => process.exit(130),
  );
  const start = performance.now();
  try {
    say(`Predicting with ${files.length === 1 ? 'one network' : `${files.length} networks`}.`);
    const prediction = await predictFolder({
      ...options,
      resume: asked.resume ?? false,
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
    await options.ensemble.dispose();
  }
}

function isPredictionSetting(name: string): boolean {
  return (SETTINGS as readonly string[]).includes(name);
}
