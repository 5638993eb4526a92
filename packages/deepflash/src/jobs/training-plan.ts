import { decodeSafetensors, SafetensorsError, type Tensor } from '@deepflash/engine';
import { type LabelledImage, type Settings, type TrainingPlan, trainingSteps } from '@deepflash/segmentation';
import { readBytes } from '../bytes.js';
import { messageOf, systemCode, UsageError, WorkError } from '../errors.js';

/** How often a training is validated where the settings leave it open. */
const VALIDATIONS = 5;

/** The plan of one network by the settings of a run, for these training images. */
export function trainingPlan(
  settings: Settings,
  classValues: readonly number[],
  training: readonly LabelledImage[],
): TrainingPlan {
  const pixels = training.reduce((sum, { planes }) => sum + planes.width * planes.height, 0);
  const steps = trainingSteps(settings, pixels);
  const { flips, rotation, gamma, brightness, contrast } = settings;
  return {
    ...settings,
    classes: classValues.length,
    classValues,
    steps,
    validationEvery: settings.validationEvery ?? Math.max(1, Math.ceil(steps / VALIDATIONS)),
    augmentation: { flips: flips ? 'rows-and-columns' : 'none', rotation, gamma, brightness, contrast },
  };
}

/**
 * The weights that the encoder starts from, by the network's names; undefined for `none`. Names of an encoder alone
 * (`conv1.weight`) and of a whole network (`encoder.conv1.weight`) are both understood.
 *
 * @throws UsageError for a file that cannot be read, WorkError for one that holds no weights.
 */
export async function encoderWeights(file: string): Promise<ReadonlyMap<string, Tensor> | undefined> {
  if (file === 'none') return undefined;
  const tensors = [...(await readWeights(file))];
  const ofNetwork = tensors.filter(([name]) => name.startsWith(PREFIX));
  return new Map(
    ofNetwork.length > 0 ? ofNetwork : tensors.map(([name, tensor]) => [PREFIX + name, tensor] as const),
  );
}

const PREFIX = 'encoder.';

async function readWeights(file: string): Promise<ReadonlyMap<string, Tensor>> {
  let bytes: Uint8Array;
  try {
    bytes = await readBytes(file);
  } catch (error) {
    const reason = systemCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    throw new UsageError(`encoderWeights names ${file}, which ${reason}: check the path.`);
  }
  try {
    const { tensors } = decodeSafetensors(bytes);
    if (tensors.size > 0) return tensors;
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new WorkError(`${file} cannot be used as encoderWeights: ${error.message}`);
  }
  throw new WorkError(`${file} cannot be used as encoderWeights: it holds no weights.`);
}
