import { existsSync } from 'node:fs';
import { nodeRuntime } from '@deepflash/engine/node';
import { DEFAULT_DEPTH, DEFAULT_PROMINENCE, type Selection } from '@deepflash/imaging';
import type { Combination, SeparationChoice, Settings } from '@deepflash/segmentation';
import { runtimeThreads } from '../devices/allotted.js';
import { probeDevice, requireDevice } from '../devices/probe.js';
import type { DeviceName } from '../devices/speed.js';
import { runFiles } from '../runs/layout.js';
import { openRun } from '../runs/run.js';
import { type Ensemble, openEnsemble, openEnsembleInThreads, openEnsembleWhenNeeded } from './ensemble.js';
import type { PredictFolderOptions } from './folder-work.js';
import { saidOfForeign } from './foreign-model.js';
import { type ModelSet, modelSet } from './model-set.js';
import type { LargeFormat, ObjectOptions } from './outcome.js';

/** The settings that matter once a network is trained; what of `selection` is missing is as it was in the training. */
export interface PredictionSettings extends Pick<Settings, 'testTimeAugmentation' | 'device' | 'threads'> {
  readonly selection: Partial<Selection>;
}

/** How objects are told apart as it is asked for; null: as the run found best on its held-out images. */
export interface AskedObjects extends Omit<ObjectOptions, 'depth' | 'prominence' | 'automatic'> {
  readonly depth: number | null;
  readonly prominence: number | null;
}

/** A prediction as it is asked for. */
export interface AskedPrediction {
  /** Runs and model files, which predict together. */
  readonly models: readonly string[];
  /** Folders of the images and for the results. */
  readonly images: string;
  readonly out: string;
  readonly settings: PredictionSettings;
  readonly objects?: AskedObjects | undefined;
  readonly probabilities?: boolean | undefined;
  /** Whether tiles are seen in quarter turns as well. */
  readonly turns?: boolean | undefined;
  readonly zooms?: readonly number[] | undefined;
  readonly combine?: Combination | undefined;
  readonly largeFormat?: LargeFormat | undefined;
  /** Of weights that do not say themselves what network they are of. */
  readonly architecture?: string | undefined;
  readonly encoder?: string | undefined;
}

/**
 * Opens the networks of a prediction; who asked disposes of its ensemble.
 *
 * @throws UsageError for a model that is none, or a device that is not there.
 */
export async function openPrediction(asked: AskedPrediction): Promise<PredictFolderOptions> {
  const { models, settings } = asked;
  const set = await modelSet(models);
  const { files, weights } = set;
  const device = await deviceFor(models, settings.device);
  const allotted = runtimeThreads(settings.threads);
  const runtime = await nodeRuntime({ device, ...allotted });
  const foreign = saidOfForeign(asked);
  const ensemble =
    device === 'cpu'
      ? await openEnsembleInThreads(runtime, files, {
          foreign,
          ...(weights === undefined ? {} : { weights }),
          ...(allotted.threads === undefined ? {} : { cores: allotted.threads }),
        })
      : await openEnsemble(runtime, files, weights, foreign);
  return optionsOf(asked, set, ensemble);
}

/**
 * The same for what follows when all is predicted: no device is asked for, no thread started and no network opened.
 *
 * @throws UsageError for a model that is none.
 */
export async function describePrediction(asked: AskedPrediction): Promise<PredictFolderOptions> {
  const set = await modelSet(asked.models);
  const runtime = () => nodeRuntime({ device: 'cpu', ...runtimeThreads(asked.settings.threads) });
  return optionsOf(
    asked,
    set,
    await openEnsembleWhenNeeded(runtime, set.files, set.weights, saidOfForeign(asked)),
  );
}

function optionsOf(
  asked: AskedPrediction,
  { quality, separation }: ModelSet,
  ensemble: Ensemble,
): PredictFolderOptions {
  const { images, out, settings, probabilities = false, turns = false } = asked;
  const { objects, zooms, combine, largeFormat } = asked;
  const { testTimeAugmentation, selection } = settings;
  return {
    ...{ images, out, ensemble, selection, probabilities },
    augmentation: turns ? 'turns' : testTimeAugmentation ? 'flips' : 'none',
    ...(zooms === undefined ? {} : { zooms }),
    ...(combine === undefined ? {} : { combine }),
    ...(largeFormat === undefined ? {} : { largeFormat }),
    objects: objectOptions(objects, separation),
    ...(quality === undefined ? {} : { quality }),
  };
}

function objectOptions(
  { depth = null, prominence = null, ...rest }: Partial<AskedObjects> = {},
  found: SeparationChoice | undefined,
): Partial<ObjectOptions> {
  return {
    ...rest,
    depth: depth ?? found?.depth ?? DEFAULT_DEPTH,
    prominence: prominence ?? found?.prominence ?? DEFAULT_PROMINENCE,
    ...(found === undefined ? {} : { automatic: found.way }),
  };
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
