/** From the settings `encoderWeights` and `initialWeights` to the numbers that a training starts with. */
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { StateError } from '@deepflash/engine';
import {
  type FittedWeights,
  fitEncoder,
  fitNetwork,
  type HubFile,
  type NetworkShape,
  networkShape,
  type PlannedSettings,
  type Preprocessing,
  publishedWeights,
  type Settings,
  type StartingWeights,
} from '@deepflash/segmentation';
import { UsageError, WorkError } from '../errors.js';
import { modelFiles } from '../prediction/model-set.js';
import { fetchFromHub, type HubOptions, hubName } from './hub.js';
import { readWeightsFile } from './weights-file.js';

export type WeightSettings = Pick<
  PlannedSettings,
  'architecture' | 'encoder' | 'encoderWeights' | 'initialWeights'
>;

/** Files that hold the weights to start from. */
export interface WeightSource {
  readonly setting: 'encoderWeights' | 'initialWeights';
  /** One, or one for each network of an earlier run. */
  readonly paths: readonly [string, ...string[]];
  /** Where they come from: a name on the hub, or the file's own name. */
  readonly name: string;
  readonly preprocessing: Preprocessing | null;
}

/**
 * Finds the files that the settings name, and downloads what has to be; undefined where the training starts from random
 * weights.
 *
 * @throws UsageError, or WorkError that says which file to put where when a download is not possible.
 */
export async function findWeights(
  { encoder, encoderWeights, initialWeights }: WeightSettings,
  hub: HubOptions = {},
): Promise<WeightSource | undefined> {
  if (initialWeights !== null) return earlierTraining(initialWeights);
  if (encoderWeights === 'none') return undefined;
  const setting = 'encoderWeights';
  if (encoderWeights !== 'imagenet' && !encoderWeights.startsWith('hf:')) {
    return { setting, paths: [encoderWeights], name: basename(encoderWeights), preprocessing: null };
  }
  const published = publishedWeights[encoder];
  const files = encoderWeights === 'imagenet' ? imagenetFiles(encoder) : ([hubFile(encoderWeights)] as const);
  const { file, path } = await fetchFromHub(files, hub);
  const known = encoderWeights === 'imagenet' || file.repository === published?.repository;
  return {
    setting,
    paths: [path],
    name: hubName(file),
    preprocessing: (known ? published?.preprocessing : undefined) ?? null,
  };
}

/** The numbers for one network, and what was done to make them fit, a sentence each. */
export interface FoldWeights extends StartingWeights {
  readonly notices: readonly string[];
}

/**
 * Reads the weights that the network of a fold starts from.
 *
 * @throws UsageError, WorkError that lists what does not fit the network.
 */
export async function readStartingWeights(
  { setting, paths, name, preprocessing }: WeightSource,
  need: NetworkShape & {
    readonly classes: number;
    readonly channels: number;
    readonly separation?: Settings['separation'];
    /** From 1. */
    readonly fold: number;
  },
): Promise<FoldWeights> {
  const path = paths[(need.fold - 1) % paths.length] ?? paths[0];
  const { tensors, sha256, description } = await readWeightsFile(path, setting);
  const { architecture, encoder, classes, channels, separation = 'none' } = need;
  const part = setting === 'encoderWeights' ? 'encoder' : 'network';
  const given = description ?? { architecture, encoder };
  if (given.encoder !== encoder || (part === 'network' && given.architecture !== architecture)) {
    throw new UsageError(
      `${path} is a ${given.architecture} with the encoder ${given.encoder}, but a ${architecture} with ${encoder} is to ` +
        'be trained: set architecture and encoder to those of the file.',
    );
  }
  const target = { network: { ...networkShape(need), classes, separation }, channels };
  const fitted = fit(path, setting, () =>
    part === 'encoder' ? fitEncoder(target, tensors) : fitNetwork(target, tensors),
  );
  return { ...fitted, origin: { source: name, sha256, part, preprocessing } };
}

function fit(path: string, setting: string, work: () => FittedWeights): FittedWeights {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw new WorkError(`${path} cannot be used as ${setting}. ${error.message}`);
  }
}

/** Where the ImageNet weights of an encoder are published. Throws a UsageError where they are not. */
export function imagenetFiles(encoder: string): readonly [HubFile, ...HubFile[]] {
  const published = publishedWeights[encoder];
  if (published === undefined) {
    throw new UsageError(
      `No published ImageNet weights are known for the encoder ${encoder}: set encoderWeights to none, to a .safetensors ` +
        `file or to hf:owner/repository, or choose one of ${Object.keys(publishedWeights).join(', ')}.`,
    );
  }
  const { equals, file } = published;
  return [published, ...equals.map((repository) => ({ repository, file, revision: 'main' }))];
}

/** From `hf:owner/repository/file@revision`, where file and revision may be left out. */
function hubFile(text: string): HubFile {
  const [path = '', revision = 'main'] = text.slice('hf:'.length).split('@');
  const [owner = '', name = '', ...rest] = path.split('/');
  const file = rest.length > 0 ? rest.join('/') : 'model.safetensors';
  if ([owner, name, revision, ...rest].some((step) => /^\.*$/.test(step))) {
    throw new UsageError(`encoderWeights is ${text}: write hf:owner/repository or hf:owner/repository/file.`);
  }
  return { repository: `${owner}/${name}`, revision, file };
}

/** The networks of an earlier training, by the path of a run or a file. Throws a UsageError where there are none. */
export async function earlierTraining(path: string): Promise<WeightSource> {
  const setting = 'initialWeights';
  if (!existsSync(path)) {
    throw new UsageError(
      `${setting} names ${path}, which does not exist: name a run, a model.onnx or a model.safetensors.`,
    );
  }
  const [first = path, ...rest] = statSync(path).isDirectory() ? await modelFiles(path) : [path];
  return { setting, paths: [first, ...rest], name: basename(path), preprocessing: null };
}
