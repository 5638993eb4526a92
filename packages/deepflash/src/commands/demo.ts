import { resolve } from 'node:path';
import type { Command } from 'commander';
import { demoFiles, TEST_IMAGES, TRAINING_IMAGES, writeSamples } from '../demo/samples.js';
import { writeDemoReport } from '../report/demo-report.js';
import { duration } from '../terminal/progress.js';
import { checkWritable } from '../writable.js';
import { createVoice, newCommand } from './command.js';
import { predict } from './predict.js';
import { score } from './score.js';
import { addSettingsOptions, trainingSettings } from './settings-options.js';
import { train } from './train.js';

/** A small training that ends in about a minute on two cores. */
const SETTINGS = {
  encoder: 'resnet18',
  encoderWeights: 'none',
  tileSize: 128,
  scale: 1,
  batchSize: 4,
  steps: 100,
  folds: 4,
  models: 1,
};

export function demoCommand(): Command {
  const command = newCommand(
    'demo',
    'The whole way on generated sample images, in two to four minutes.',
    'deepflash demo --out demo',
  ).option('--out <dir>', 'folder for images, run, results and report', 'demo');
  return addSettingsOptions(command, []).action(async (options: DemoOptions) => {
    const voice = createVoice(options);
    const { out } = options;
    const start = performance.now();
    const settings = await trainingSettings({ ...options }, SETTINGS);
    checkWritable(out);
    const files = demoFiles(out);
    voice.say(`Generating ${TRAINING_IMAGES + TEST_IMAGES} sample images in ${out}.`);
    await writeSamples(out);
    await train({ ...files.training, out: files.run, settings }, voice);
    const prediction = await predict(
      {
        models: [files.run],
        images: files.test.images,
        out: files.prediction,
        settings: { ...settings, selection: {} },
      },
      voice,
    );
    const predictions = files.prediction;
    const scores = await score({ predictions, masks: files.test.masks, out: files.scores }, voice);
    await writeDemoReport(out, scores, prediction.results);
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    voice.answer({ out, images: scores.images, dice: scores.dice, seconds, report: files.report }, [
      `Mean Dice on ${scores.images} images that the network has not seen: ${scores.dice.toFixed(3)} (${duration(seconds)})`,
      `Look at ${resolve(files.report)}`,
    ]);
  });
}

interface DemoOptions {
  readonly out: string;
  readonly json?: boolean;
}
