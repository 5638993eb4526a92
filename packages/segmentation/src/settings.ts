/** Every setting of a training, once: flags, forms, help texts and checks come from this schema. */
import { z } from 'zod';
import { lossNames } from './losses/names.js';
import { DEFAULT_LOSS_PARAMETERS } from './losses/parameters.js';
import { nearestName } from './nearest-name.js';
import { architectures, encoders, imageSides, NetworkError } from './networks/network.js';
import { optimizerNames } from './training/optimizer.js';

/** The version of the settings' names and meanings, kept in each run's `config.json`. */
export const schemaVersion = 1;

const whole = (lowest: number, highest: number) => z.int().min(lowest).max(highest);
const namesOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[];
const between = (lowest: number, highest: number) => z.number().min(lowest).max(highest);

/** `flag`: the commands offer the setting as an option of its own, besides `--set`. */
const shown = (description: string) => ({ description, flag: true });

/** All settings with defaults, ranges and help texts. Unknown names are refused. */
export const settingsSchema = z.strictObject({
  architecture: z
    .enum(namesOf(architectures))
    .default('Unet')
    .meta(
      shown(
        "How the encoder's features become a map. Unet suits most images; UnetPlusPlus and MAnet take longer and can be better at fine detail; FPN and Linknet are quick; DeepLabV3, DeepLabV3Plus and PAN see wide surroundings (large objects, thick edges); PSPNet is the quickest and blurs small objects.",
      ),
    ),
  encoder: z
    .enum(namesOf(encoders))
    .default('resnet18')
    .meta(
      shown(
        'The part of the network that reads the image. Without a GPU: mobilenet_v2, efficientnet-b0 or resnet18; with one: resnet34, resnet50, efficientnet-b1 to b4 or tu-convnext_tiny; resnet101, resnet152, densenet121, se_resnext50_32x4d, resnext50_32x4d and vgg16_bn are slower and rarely better.',
      ),
    ),
  encoderWeights: z
    .string()
    .regex(
      /^(none|imagenet|hf:[\w.-]+\/[\w.-]+(\/[\w./-]+)?(@[\w.-]+)?|.*\.(safetensors|onnx|pth|pt|bin|ckpt))$/i,
    )
    .default('none')
    .meta({
      ...shown('Weights that the encoder starts from; imagenet downloads published ones once.'),
      form: 'none, imagenet, the path of a .safetensors file, or hf:owner/repository',
    }),
  initialWeights: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({
      ...shown(
        'An earlier training whose whole networks are trained further; encoderWeights then has no effect.',
      ),
      form: 'a run, or the path of a model.safetensors or model.onnx',
    }),
  classes: whole(2, 256)
    .nullable()
    .default(null)
    .meta(shown('Number of classes with the background; null: as many as the masks hold values.')),
  channels: z
    .array(z.union([whole(1, 65536), z.string().trim().min(1)]))
    .min(1)
    .nullable()
    .default(null)
    .meta({
      ...shown('Channels of the images to use, by number from 1 or by name; null: all.'),
      form: 'numbers or names with commas between them, such as 1,DAPI',
    }),
  z: z
    .union([whole(1, 1_000_000), z.enum(['max', 'mean'])])
    .nullable()
    .default(null)
    .meta({
      ...shown('Slice of stacks to use, from 1, or max or mean of all slices; null: max.'),
      form: 'a whole number from 1, max or mean',
    }),
  time: whole(1, 1_000_000)
    .nullable()
    .default(null)
    .meta(shown('Point in time of series to use, from 1; null: the first.')),
  tileSize: whole(32, 2048)
    .multipleOf(32)
    .default(256)
    .meta(shown('Side of the square tiles that the network sees, in pixels.')),
  scale: between(0.25, 16)
    .default(1)
    .meta(shown('Pixels of the image for one pixel of a tile; above 1 it sees more at less detail.')),
  batchSize: whole(1, 256).default(4).meta(shown('Tiles in one training step.')),
  steps: whole(1, 1_000_000).default(500).meta(shown('Training steps of each network.')),
  epochs: between(0.001, 100_000)
    .nullable()
    .default(null)
    .meta(shown('Instead of steps: how often as many pixels are seen as the training images have.')),
  learningRate: between(1e-8, 10)
    .default(1e-3)
    .meta(shown('Highest learning rate of the one-cycle schedule.')),
  optimizer: z
    .enum(optimizerNames)
    .default('Adam')
    .meta(
      shown(
        'How the weights follow the gradients. Adam suits most; RAdam and Ranger start more carefully; LAMB and LARC are for large batches; SGD and LARC want a learningRate about fifty times as large.',
      ),
    ),
  momentum: between(0, 0.999).default(0.95).meta({
    description:
      "How much of the earlier steps is in each (Adam's first beta), at the start and the end; 0.1 less where the learning rate is highest. RMSProp has none.",
  }),
  beta2: between(0, 0.99999).nullable().default(null).meta({
    description:
      'How long the size of earlier gradients is remembered; null: 0.99 for RMSProp, 0.999 for the others. Not used by SGD and LARC.',
  }),
  epsilon: z.number().positive().nullable().default(null).meta({
    description:
      "Added to the size of the gradients before dividing by it; null: the optimizer's own. Not used by SGD and LARC.",
  }),
  nesterov: z.boolean().default(false).meta({ description: 'SGD looks one step of its momentum ahead.' }),
  weightDecay: between(0, 1)
    .default(0)
    .meta({ description: 'Pull of the weights towards zero; biases and normalisations are left alone.' }),
  emaDecay: between(0, 0.99999).nullable().default(null).meta({
    description:
      'Validate and keep a moving average of the weights, of which so much remains in each step, such as 0.99; null: the weights themselves.',
  }),
  gradientClip: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .meta({ description: 'Largest norm of all gradients together; null: no limit.' }),
  loss: z
    .enum(lossNames)
    .default('CrossEntropyDiceLoss')
    .meta(
      shown(
        'What the training makes small. CrossEntropyDiceLoss suits most. Dice, Jaccard, Lovasz and Tversky look at whole regions, for small or rare objects; Focal and Poly1 mind the pixels that are hard; SoftCrossEntropy trusts the masks a little less; BoundaryCrossEntropy keeps touching objects apart.',
      ),
    ),
  classWeights: z.array(z.number().positive()).min(2).nullable().default(null).meta({
    description: 'How much each class counts in the loss, the background first; null: all the same.',
    form: 'a number above 0 for each class',
  }),
  labelSmoothing: between(0, 0.9)
    .default(DEFAULT_LOSS_PARAMETERS.labelSmoothing)
    .meta({ description: 'SoftCrossEntropyLoss: the part of each pixel that is spread over all classes.' }),
  focalGamma: between(0, 10)
    .default(DEFAULT_LOSS_PARAMETERS.focalGamma)
    .meta({ description: 'FocalLoss: how much less pixels count that are nearly right.' }),
  focalAlpha: between(0, 1)
    .default(DEFAULT_LOSS_PARAMETERS.focalAlpha)
    .meta({ description: 'FocalLoss: what pixels of a class count; those of other classes count the rest.' }),
  tverskyAlpha: between(0, 10)
    .default(DEFAULT_LOSS_PARAMETERS.tverskyAlpha)
    .meta({ description: 'TverskyLoss: what a pixel costs that is wrongly found.' }),
  tverskyBeta: between(0, 10)
    .default(DEFAULT_LOSS_PARAMETERS.tverskyBeta)
    .meta({ description: 'TverskyLoss: what a pixel costs that is missed.' }),
  polyEpsilon: between(-1, 10)
    .default(DEFAULT_LOSS_PARAMETERS.polyEpsilon)
    .meta({ description: 'Poly1CrossEntropyLoss: how much more wrong pixels cost.' }),
  boundaryWeight: between(0, 1000)
    .default(DEFAULT_LOSS_PARAMETERS.boundaryWeight)
    .meta({ description: 'BoundaryCrossEntropyLoss: how much more a pixel between two objects counts.' }),
  boundaryWidth: between(0.5, 20).default(DEFAULT_LOSS_PARAMETERS.boundaryWidth).meta({
    description: 'BoundaryCrossEntropyLoss: how far from the objects that goes, in pixels of the tile.',
  }),
  folds: whole(1, 1000)
    .nullable()
    .default(null)
    .meta(
      shown(
        'Parts of the images for cross-validation; 1: one network on all images, none held out; null: 5, or one for each image where there are fewer.',
      ),
    ),
  models: whole(1, 1000)
    .nullable()
    .default(null)
    .meta(shown('How many of the folds are trained; null: all.')),
  seed: whole(0, 2 ** 32 - 1)
    .default(0)
    .meta(shown('Start of all random numbers; the same seed gives the same networks.')),
  device: z
    .enum(['auto', 'cpu', 'webgpu', 'cuda'])
    .default('auto')
    .meta(shown('What computes; auto takes the best that this machine has.')),
  threads: whole(1, 1024).nullable().default(null).meta(shown('Processor cores to use; null: all.')),
  testTimeAugmentation: z
    .boolean()
    .default(true)
    .meta(shown('Predict each tile in four flips and average: better and four times slower.')),
  validationEvery: whole(1, 1_000_000)
    .nullable()
    .default(null)
    .meta({ description: 'Steps between validations; null: about five in each training.' }),
  flips: z.boolean().default(true).meta({ description: 'Augmentation: mirror tiles at random.' }),
  rotation: between(0, 360)
    .default(360)
    .meta({ description: 'Augmentation: turn half of the tiles by up to so many degrees.' }),
  gamma: z
    .tuple([between(0.1, 10), between(0.1, 10)])
    .refine(([lowest, highest]) => lowest <= highest)
    .default([0.8, 1.2])
    .meta({
      description: 'Augmentation: give half of the tiles a gamma between these; 1,1 for none.',
      form: 'two numbers from 0.1 to 10, the smaller one first',
    }),
  brightness: between(0, 1)
    .default(0)
    .meta({ description: "Augmentation: change brightness by up to this part of the images' range." }),
  contrast: between(0, 0.95)
    .default(0)
    .meta({ description: 'Augmentation: change contrast by up to this part.' }),
});

/** Which parts of an image file are used. */
export const selectionSchema = settingsSchema.pick({ channels: true, z: true, time: true });

/** Settings with every default filled in. */
export type Settings = Readonly<z.output<typeof settingsSchema>>;

/** Settings that cannot be used: all that is wrong with them, not only the first thing. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly kind = 'settings';
  /** One sentence without a full stop for each fault. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const [first = 'they cannot be read'] = problems;
    super(
      problems.length === 1
        ? `The settings cannot be used: ${first}.`
        : `The settings have ${problems.length} faults:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/**
 * Checks settings and fills in the defaults. A `schemaVersion`, as in `config.json`, may be among them.
 *
 * @throws SettingsError that lists every fault, for an unknown name with the nearest one that there is.
 */
export function parseSettings(input: unknown): Settings {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new SettingsError(['they must be an object of names and values']);
  }
  const { schemaVersion: version = schemaVersion, ...settings } = input as Record<string, unknown>;
  if (version !== schemaVersion) {
    throw new SettingsError([
      `they have the schemaVersion ${JSON.stringify(version)}, and this version of deepflash reads ${schemaVersion}`,
    ]);
  }
  const parsed = settingsSchema.safeParse(settings);
  const problems = parsed.success
    ? [...relationProblems(parsed.data), ...networkProblems(parsed.data)]
    : faults(settings, parsed.error);
  if (problems.length > 0 || !parsed.success) throw new SettingsError(problems);
  return parsed.data;
}

/** Why there is no network of these settings, or none for tiles of this size. */
function networkProblems({ architecture, encoder, tileSize }: Settings): string[] {
  try {
    const { smallest } = imageSides({ architecture, encoder });
    return tileSize >= smallest ? [] : [`tileSize must be at least ${smallest} for ${architecture}`];
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return [`${architecture} does not go with ${encoder}: ${error.problem}. ${error.remedy}`];
  }
}

/** The number of steps of a training on images with this many pixels together. */
export function trainingSteps(
  { epochs, steps, tileSize, scale, batchSize }: Settings,
  pixels: number,
): number {
  if (epochs === null) return steps;
  return Math.max(1, Math.round((epochs * pixels) / ((tileSize * scale) ** 2 * batchSize)));
}

/** What is said of one setting in helps, forms and documents. */
export interface SettingDescription {
  readonly name: keyof Settings;
  readonly default: unknown;
  /** What values it takes: `a whole number from 1 to 256, or null`. */
  readonly values: string;
  readonly help: string;
  /** Offered as an option of its own on the command line. */
  readonly flag: boolean;
  /** How text is read as a value. */
  readonly type: 'number' | 'boolean' | 'string' | 'numbers' | 'number-or-name' | 'numbers-or-names';
  readonly nullable: boolean;
}

/** Every setting in the order of the schema. */
export function describeSettings(): SettingDescription[] {
  return descriptions;
}

/** The part of JSON Schema that the settings use. */
interface JsonSetting {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly multipleOf?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly form?: string;
  readonly flag?: boolean;
  readonly anyOf?: readonly JsonSetting[];
  /** Of the entries of a list: schemas by place, or one for all. */
  readonly items?: JsonSetting;
}

const descriptions: SettingDescription[] = Object.entries(
  (z.toJSONSchema(settingsSchema, { io: 'input' }).properties ?? {}) as Record<string, JsonSetting>,
).map(([name, setting]) => {
  const value = setting.anyOf?.find(({ type }) => type !== 'null') ?? setting;
  const nullable = value !== setting;
  const form = setting.form ?? formOf(value);
  return {
    name: name as keyof Settings,
    default: setting.default,
    values: nullable ? `${form}, or null` : form,
    help: setting.description ?? '',
    flag: setting.flag ?? false,
    type: textType(value),
    nullable,
  };
});

function textType({ type, anyOf, items }: JsonSetting): SettingDescription['type'] {
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  if (type === 'array') return items?.anyOf === undefined ? 'numbers' : 'numbers-or-names';
  return anyOf === undefined ? 'string' : 'number-or-name';
}

function formOf({ type, enum: names, minimum, maximum, exclusiveMinimum, multipleOf }: JsonSetting): string {
  if (names) return names.length === 1 ? `${names[0]}` : `one of ${names.join(', ')}`;
  if (type === 'boolean') return 'true or false';
  const number = type === 'integer' ? 'a whole number' : 'a number';
  const factor = multipleOf === undefined ? '' : `, a multiple of ${multipleOf},`;
  if (exclusiveMinimum !== undefined) return `${number}${factor} above ${exclusiveMinimum}`;
  return `${number}${factor} from ${minimum} to ${maximum}`;
}

function faults(settings: Record<string, unknown>, error: z.ZodError): string[] {
  const problems: string[] = [];
  const wrong = new Set<unknown>();
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      problems.push(...issue.keys.map(unknownSetting));
    } else {
      wrong.add(issue.path[0]);
    }
  }
  for (const { name, values } of descriptions) {
    if (wrong.has(name)) problems.push(`${name} must be ${values}, not ${JSON.stringify(settings[name])}`);
  }
  return problems;
}

/** What is said of a name that is no setting. */
export function unknownSetting(name: string): string {
  const nearest = nearestName(name, Object.keys(settingsSchema.shape));
  return `${name} is no setting${nearest ? ` (did you mean ${nearest}?)` : ''}`;
}

function relationProblems({
  folds,
  models,
  classes,
  classWeights,
  tverskyAlpha,
  tverskyBeta,
}: Settings): string[] {
  const problems: string[] = [];
  if (folds !== null && models !== null && models > folds) {
    problems.push(`models must not be above folds, and ${models} is above ${folds}`);
  }
  if (classes !== null && classWeights !== null && classWeights.length !== classes) {
    problems.push(unfitClassWeights(classWeights, classes));
  }
  if (tverskyAlpha + tverskyBeta === 0) problems.push('tverskyAlpha and tverskyBeta must not both be 0');
  return problems;
}

/** What is said of class weights that are not as many as the classes. */
export function unfitClassWeights(classWeights: readonly number[], classes: number): string {
  return `classWeights must be ${classes} numbers, one for each class, and are ${classWeights.length}`;
}
