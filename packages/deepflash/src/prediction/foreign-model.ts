/**
 * Weights of segmentation_models.pytorch (.safetensors) as a model file of ours. What network they are of is told by
 * options, or by a JSON file beside them: `config.json`, as `save_pretrained` of segmentation_models.pytorch writes it, or
 * a file of the same name with the ending .json. Classes and channels follow from the weights.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeSafetensors, SafetensorsError, StateError } from '@deepflash/engine';
import {
  architectures,
  encodeModelFile,
  encoders,
  ForeignWeightsError,
  foreignNetwork,
  type ModelDescription,
  NetworkError,
} from '@deepflash/segmentation';
import { z } from 'zod';
import { readBytes } from '../bytes.js';
import { messageOf, UsageError } from '../errors.js';

/** What is said of weights on the command line. */
export interface ForeignNetwork {
  readonly architecture?: string;
  readonly encoder?: string;
}

/** Of options what they say of weights that do not say themselves what network they are of. */
export function saidOfForeign(options: {
  readonly architecture?: string | undefined;
  readonly encoder?: string | undefined;
}): ForeignNetwork {
  const { architecture, encoder } = options;
  return {
    ...(architecture === undefined ? {} : { architecture }),
    ...(encoder === undefined ? {} : { encoder }),
  };
}

/** Our own names, and those of segmentation_models.pytorch. */
const configSchema = z.object({
  architecture: z.string().optional(),
  _model_class: z.string().optional(),
  encoder: z.string().optional(),
  encoder_name: z.string().optional(),
  tileSize: z.int().min(32).multipleOf(32).default(512),
  scale: z.number().positive().default(1),
  /** Statistics by which the images were normalised; without them each image is normalised by its own. */
  means: z.array(z.number()).optional(),
  stds: z.array(z.number().positive()).optional(),
  classValues: z.array(z.number()).optional(),
});

/** Reads weights and writes them as a model file. Throws a UsageError for what is not told or does not fit. */
export async function readForeignModel(file: string, given: ForeignNetwork): Promise<Uint8Array> {
  refuseOwn(file, given);
  const config = configBeside(file);
  const architecture = nameOf(
    ...(['architecture', file, given.architecture ?? config.architecture ?? config._model_class] as const),
    architectures,
  );
  const encoder = nameOf(
    ...(['encoder', file, given.encoder ?? config.encoder ?? config.encoder_name] as const),
    encoders,
  );
  try {
    const { tensors } = decodeSafetensors(await readBytes(file));
    const { weights, classes, channels } = foreignNetwork({ architecture, encoder }, tensors);
    const { tileSize, scale, means, stds, classValues } = config;
    const description: ModelDescription = {
      schemaVersion: 1,
      ...{ architecture, encoder, classes, channels, tileSize, scale },
      means: means ?? new Array<number>(channels).fill(0),
      stds: stds ?? new Array<number>(channels).fill(1),
      ...(means === undefined || stds === undefined ? { normalisation: 'image' as const } : {}),
      classValues: classValues ?? Array.from({ length: classes }, (_, index) => index),
    };
    if (description.means.length !== channels || description.stds.length !== channels) {
      throw new UsageError(`${file} takes ${channels} channels, so means and stds must be as many numbers.`);
    }
    if (description.classValues.length !== classes) {
      throw new UsageError(`${file} tells ${classes} classes apart, so classValues must be as many numbers.`);
    }
    return encodeModelFile({ architecture, encoder, classes }, description, weights);
  } catch (error) {
    const known = [SafetensorsError, StateError, NetworkError, ForeignWeightsError];
    if (!known.some((kind) => error instanceof kind)) throw error;
    throw new UsageError(
      `${file} holds no weights of a ${architecture} with the encoder ${encoder} (${messageOf(error)}): name others with --architecture and --encoder.`,
    );
  }
}

/** Throws a UsageError for the weights of a training of ours, beside which its network lies. */
function refuseOwn(file: string, { architecture, encoder }: ForeignNetwork): void {
  const beside = join(dirname(file), 'model.onnx');
  if (architecture !== undefined || encoder !== undefined || !existsSync(beside)) return;
  throw new UsageError(`${file} holds weights alone: name ${beside}, which is the network with them.`);
}

function configBeside(file: string): z.infer<typeof configSchema> {
  const beside = [file.replace(/\.safetensors$/i, '.json'), join(dirname(file), 'config.json')];
  const found = beside.find((path) => existsSync(path));
  if (found === undefined) return configSchema.parse({});
  try {
    return configSchema.parse(JSON.parse(readFileSync(found, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new UsageError(`${found} does not describe the weights beside it: ${reason}`);
  }
}

function nameOf<K extends string>(
  what: 'architecture' | 'encoder',
  file: string,
  name: string | undefined,
  table: Readonly<Record<K, unknown>>,
): K {
  const names = Object.keys(table) as K[];
  const known = names.find((one) => one.toLowerCase() === name?.toLowerCase());
  if (known !== undefined) return known;
  throw new UsageError(
    name === undefined
      ? `${file} does not say of what network its weights are: name it with --architecture and --encoder, or in a config.json beside it.`
      : `${name} is no ${what} for ${file}: take one of ${names.join(', ')}.`,
  );
}
