import { nodeRuntime } from '@deepflash/engine/node';
import type { Selection } from '@deepflash/imaging';
import type { Settings } from '@deepflash/segmentation';
import { runtimeThreads } from '../devices/allotted.js';
import { requireDevice } from '../devices/probe.js';
import { recordedModelWeights } from '../training/model-weights.js';
import { modelFiles, openEnsemble, qualityFile } from './ensemble.js';
import type { ObjectOptions } from './outcome.js';
import type { PredictFolderOptions } from './predict-folder.js';

/** The settings that matter once a network is trained; what of `selection` is missing is as it was in the training. */
export interface PredictionSettings extends Pick<Settings, 'testTimeAugmentation' | 'device' | 'threads'> {
  readonly selection: Partial<Selection>;
}

/** A prediction as it is asked for. */
export interface AskedPrediction {
  /** A run, or a model file. */
  readonly model: string;
  /** Folders of the images and for the results. */
  readonly images: string;
  readonly out: string;
  readonly settings: PredictionSettings;
  readonly objects?: ObjectOptions | undefined;
  readonly probabilities?: boolean | undefined;
}

/**
 * Opens the networks of a prediction; who asked disposes of its ensemble.
 *
 * @throws UsageError for a model that is none, or a device that is not there.
 */
export async function openPrediction(asked: AskedPrediction): Promise<PredictFolderOptions> {
  const { model, images, out, settings, objects, probabilities = false } = asked;
  const { device, threads, testTimeAugmentation, selection } = settings;
  const files = await modelFiles(model);
  await requireDevice(device);
  const runtime = await nodeRuntime({ device, ...runtimeThreads(threads) });
  const ensemble = await openEnsemble(runtime, files, recordedModelWeights(model));
  const quality = qualityFile(model);
  return {
    ...{ images, out, ensemble, selection, probabilities },
    augmentation: testTimeAugmentation ? 'flips' : 'none',
    ...(objects === undefined ? {} : { objects }),
    ...(quality === undefined ? {} : { quality }),
  };
}
