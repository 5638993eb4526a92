/**
 * Which encoder a training has and what weights it starts from, where the settings leave it open.
 *
 * A pretrained encoder learns from few images what a random one needs many for, and a light one does so in a fraction of
 * the time (docs/accuracy.md). Without pretrained weights lighter is not better, so a ResNet takes its place.
 */
import {
  type EncoderName,
  encoders,
  type PlannedSettings,
  publishedWeights,
  type Settings,
} from '@deepflash/segmentation';
import { UsageError, WorkError } from '../errors.js';
import { fetchFromHub, type HubOptions } from '../weights/hub.js';
import { earlierTraining, imagenetFiles } from '../weights/starting-weights.js';
import { readWeightsFile } from '../weights/weights-file.js';
import { isOnProcessor } from './machine.js';

/** Settings with an encoder, and a device, which it was chosen for. */
export type WithEncoder = Settings & Pick<PlannedSettings, 'device' | 'encoder' | 'encoderWeights'>;

type WithDevice = Settings & Pick<PlannedSettings, 'device'>;

export interface NetworkChoice {
  readonly settings: WithEncoder;
  /** For what was open, why it got its value: a sentence. */
  readonly reasons: Readonly<Partial<Record<'device' | 'encoder' | 'encoderWeights', string>>>;
}

const CHOSEN = {
  processor: {
    pretrained: 'mobilenet_v2',
    reason: 'Without a graphics card, a light pretrained encoder learns as much in a fraction of the time.',
    random: 'resnet18',
  },
  graphics: {
    pretrained: 'resnet34',
    reason: 'A ResNet-34 suits most images and is quick on a graphics card.',
    random: 'resnet34',
  },
} as const satisfies Record<
  string,
  { readonly pretrained: EncoderName; readonly reason: string; readonly random: EncoderName }
>;

/**
 * Chooses encoder and encoderWeights where they are `auto`; where the device is, for the processor. Only where the weights are open is anything downloaded; if
 * the hub does not answer within seconds, the training starts from random weights.
 *
 * @throws UsageError where weights are given by a file that does not tell which encoder they are of.
 */
export async function chooseNetwork(given: Settings, hub: HubOptions = {}): Promise<NetworkChoice> {
  const settings = { ...given, device: given.device === 'auto' ? ('cpu' as const) : given.device };
  const { encoder, encoderWeights: weights, initialWeights } = settings;
  if (encoder !== 'auto' && weights !== 'auto') return { settings: { ...settings, encoder }, reasons: {} };
  if (initialWeights !== null) return ofEarlierTraining(settings, initialWeights);
  const machine = CHOSEN[isOnProcessor(settings) ? 'processor' : 'graphics'];
  if (weights !== 'auto') return encoderFor(settings, weights, machine);

  const wanted = encoder === 'auto' ? machine.pretrained : encoder;
  const problem = await obstacle(wanted, hub);
  const because = (reason: string) => (encoder === 'auto' ? { encoder: reason } : {});
  if (problem === undefined) {
    return {
      settings: { ...settings, encoder: wanted, encoderWeights: 'imagenet' },
      reasons: {
        ...because(machine.reason),
        encoderWeights: 'An encoder that was trained on ImageNet needs fewer images of yours.',
      },
    };
  }
  return {
    settings: {
      ...settings,
      encoder: encoder === 'auto' ? machine.random : encoder,
      encoderWeights: 'none',
    },
    reasons: { ...because(WITHOUT_WEIGHTS), encoderWeights: `${problem} So it starts from random weights.` },
  };
}

const WITHOUT_WEIGHTS = 'From random weights, a ResNet learns more than a lighter encoder does.';

/** The encoder for weights that are given. */
async function encoderFor(
  settings: WithDevice,
  weights: string,
  machine: (typeof CHOSEN)[keyof typeof CHOSEN],
): Promise<NetworkChoice> {
  const chosen = (encoder: EncoderName, reason: string): NetworkChoice => ({
    settings: { ...settings, encoder },
    reasons: { encoder: reason },
  });
  if (weights === 'none') return chosen(machine.random, WITHOUT_WEIGHTS);
  if (weights === 'imagenet') return chosen(machine.pretrained, machine.reason);
  const told = weights.startsWith('hf:') ? undefined : await encoderToldBy(weights, 'encoderWeights');
  if (told !== undefined) return chosen(told, 'It is the one that the weights are of.');
  throw encoderUnknown('encoderWeights', weights);
}

/** Which encoder a whole network has that is trained further. */
async function ofEarlierTraining(settings: WithDevice, path: string): Promise<NetworkChoice> {
  const { encoder, encoderWeights } = settings;
  const part =
    encoderWeights === 'auto' ? { encoderWeights: 'All of the network starts from initialWeights.' } : {};
  const resolved = { ...settings, encoderWeights: encoderWeights === 'auto' ? 'none' : encoderWeights };
  if (encoder !== 'auto') return { settings: { ...resolved, encoder }, reasons: part };
  const [file] = (await earlierTraining(path)).paths;
  const told = await encoderToldBy(file, 'initialWeights');
  if (told === undefined) throw encoderUnknown('initialWeights', path);
  return {
    settings: { ...resolved, encoder: told },
    reasons: { encoder: 'It is that of the earlier training.', ...part },
  };
}

async function encoderToldBy(file: string, setting: string): Promise<EncoderName | undefined> {
  const told = (await readWeightsFile(file, setting)).description?.encoder;
  return told !== undefined && isEncoder(told) ? told : undefined;
}

function isEncoder(name: string): name is EncoderName {
  return Object.hasOwn(encoders, name);
}

function encoderUnknown(setting: string, weights: string): UsageError {
  return new UsageError(
    `${setting} is ${weights}, which does not tell what encoder it is of: set encoder to its name as well.`,
  );
}

/** Why the published weights of an encoder cannot be had, a sentence; undefined where they lie in the cache now. */
async function obstacle(encoder: EncoderName, hub: HubOptions): Promise<string | undefined> {
  if (publishedWeights[encoder] === undefined) return `No published weights of ${encoder} are known.`;
  try {
    await fetchFromHub(imagenetFiles(encoder), { firstAnswer: FIRST_ANSWER, ...hub });
    return undefined;
  } catch (error) {
    if (error instanceof WorkError) return error.message.replace(/(?<!\.)$/, '.');
    throw error;
  }
}

/** Seconds within which the hub has to answer. */
const FIRST_ANSWER = 4;
