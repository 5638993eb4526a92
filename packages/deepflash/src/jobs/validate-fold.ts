import { existsSync } from 'node:fs';

import {
  confusion,
  diceEstimator,
  openModel,
  overlapScores,
  predictWithModels,
  separationScores,
} from '@deepflash/segmentation';
import { readBytes } from '../bytes.js';
import { makePredictionFolders, writePrediction } from '../prediction/write.js';
import { readEvents } from '../runs/events.js';
import { foldHistory } from '../runs/history.js';
import { foldFiles, runFiles } from '../runs/layout.js';
import type { FoldWork } from './train-run.js';

/** Predicts the images of a fold that are not yet predicted by the network that did not see them. */
export async function validateFold(
  { run, images, runtime, signal, tell }: FoldWork,
  fold: number,
): Promise<'finished' | 'stopped'> {
  if (run.data.folds === 1) return 'finished';
  const { events, validation } = runFiles(run.path);
  const { validated } = foldHistory(readEvents(events), fold);
  const isDone = (name: string): boolean =>
    validated.has(name) && existsSync(validation.mask(name)) && existsSync(validation.uncertaintyOf(name));
  const heldOut = images.filter((_, index) => run.data.items[index]?.fold === fold);
  const open = heldOut.filter(({ name }) => !isDone(name));
  if (open.length === 0) return 'finished';

  await makePredictionFolders(runFiles(run.path).validationFolder, ['masks', 'uncertainty']);
  const model = await openModel(runtime, await readBytes(foldFiles(run.path, fold).model));
  try {
    let done = heldOut.length - open.length;
    for (const { name, planes, mask, objects } of open) {
      const prediction = await predictWithModels(planes, [model], {
        augmentation: run.settings.testTimeAugmentation ? 'flips' : 'none',
        signal,
      });
      await writePrediction(runFiles(run.path).validationFolder, name, prediction);
      const { meanUncertainty, uncertaintyScore } = prediction;
      const { dice, iou, dicePerClass } = overlapScores(
        confusion({ ...prediction, data: prediction.mask }, mask, mask.classes),
      );
      done += 1;
      const estimator = diceEstimator(prediction.classes);
      estimator.add(prediction);
      const estimatedDice = estimator.result();
      const scores = { dice, iou, uncertainty: meanUncertainty, uncertaintyScore, estimatedDice };
      const separations =
        objects === undefined
          ? {}
          : {
              separations: separationScores(
                { ...prediction, data: prediction.mask },
                prediction.separation,
                objects,
              ),
            };
      const perClass = prediction.classes === 2 ? {} : { dicePerClass: [...dicePerClass] };
      tell({
        ...{ type: 'validated', fold, name, done, total: heldOut.length },
        ...{ ...scores, ...perClass, ...separations },
      });
    }
    return 'finished';
  } catch (error) {
    if (signal.aborted) return 'stopped';
    throw error;
  } finally {
    await model.dispose();
  }
}
