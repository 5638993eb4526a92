import type { Command } from 'commander';
import { list, WorkError } from '../errors.js';
import { modelSet } from '../prediction/model-set.js';
import { type AskedPrediction, openPrediction } from '../prediction/open-prediction.js';
import {
  type FolderPrediction,
  imagesToPredict,
  predictFolder,
  refuseFolder,
} from '../prediction/predict-folder.js';
import type { PredictionResult } from '../prediction/prediction-log.js';
import { predictionFiles } from '../runs/layout.js';
import { onInterrupt } from '../terminal/interrupt.js';
import { duration } from '../terminal/progress.js';
import { checkWritable } from '../writable.js';
import { createVoice, newCommand, type Voice } from './command.js';
import { addPredictOptions, askedPrediction, type PredictOptions } from './predict-options.js';

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
    .action(async (options: PredictOptions & { readonly resume?: boolean }) => {
      const voice = createVoice(options);
      const asked = askedPrediction(options);
      const prediction = await predict({ ...asked, resume: options.resume ?? false }, voice);
      const { results, failures, resumed, seconds } = prediction;
      const unlike = results.filter((result) => result.unlike);
      const lines = [
        `${results.length} ${results.length === 1 ? 'image' : 'images'} in ${duration(seconds)}${resumed === 0 ? '' : `, of which ${resumed} were there already`}`,
        ...(unlike.length === 0
          ? []
          : [`Unlike the training images, so look at these:\n${list(unlike.map(inWords))}`]),
        `Results: ${predictionFiles(options.out).workbook}`,
        `The same for scripts: ${predictionFiles(options.out).results}`,
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

function inWords({ file, reasons }: PredictionResult): string {
  return `${file}: ${reasons.join('; ')}`;
}

/** Predicts the images of a folder. Ctrl-C ends it after the tiles in progress. */
export async function predict(
  asked: AskedPrediction & { readonly resume?: boolean },
  { progress, say }: Voice,
): Promise<FolderPrediction> {
  const { files } = await modelSet(asked.models);
  checkWritable(asked.out);
  // Opening networks takes a while, after which nobody wants to hear that there are no images, or where not to write.
  refuseFolder(asked);
  await imagesToPredict(asked.images);
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
      onAnew: () =>
        say(
          `Note: the results in ${asked.out} are of other networks, settings or images, so all is predicted anew.`,
        ),
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
