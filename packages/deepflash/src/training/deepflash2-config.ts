/**
 * The `config.json` that deepFlash2 writes (Griebel et al. 2023; its `Config`), as settings of ours.
 *
 * An epoch of it shows each image about as often as its tiles cover it, and so does one of ours. What has no counterpart
 * and differs from what we do anyway is named, so that nobody believes to repeat a training that is another one.
 */
import { describeSettings } from '@deepflash/segmentation';

export interface ConvertedConfig {
  readonly settings: Readonly<Record<string, unknown>>;
  /** What was not taken over or changed, a sentence each. */
  readonly notices: readonly string[];
}

/** Keys by which its files are known, in any of its versions. */
const SIGNS = ['encoder_name', 'base_lr', 'tile_shape', 'n_models', 'gamma_limit_lower'];

/** Whether an object of names and values is a configuration of deepFlash2 rather than settings of ours. */
export function isDeepFlash2Config(config: object): boolean {
  return SIGNS.filter((key) => key in config).length >= 2;
}

/** Settings of ours for keys of its, where only the name differs. */
const RENAMED: Readonly<Record<string, string>> = {
  arch: 'architecture',
  encoder_name: 'encoder',
  num_classes: 'classes',
  n_classes: 'classes',
  scale: 'scale',
  base_lr: 'learningRate',
  lr: 'learningRate',
  batch_size: 'batchSize',
  bs: 'batchSize',
  weight_decay: 'weightDecay',
  wd: 'weightDecay',
  loss: 'loss',
  n_epochs: 'epochs',
  n_iter: 'steps',
  random_state: 'seed',
  flip: 'flips',
  rot: 'rotation',
  brightness_limit: 'brightness',
  contrast_limit: 'contrast',
  loss_gamma: 'focalGamma',
  loss_smooth_factor: 'labelSmoothing',
  use_tta: 'testTimeAugmentation',
  CLAHE_clip_limit: 'clahe',
  distort_limit: 'gridDistortion',
};

/** What is the same with us, whatever the settings; keys about other things than training; null: any value. */
const WITHOUT_EFFECT: Readonly<Record<string, unknown>> = {
  mode: 'multiclass',
  mixed_precision_training: null,
  use_gpu: null,
  device: null,
  sample_mult: 0,
  max_tile_shift: 0.5,
  border_padding_factor: 0.25,
  use_gaussian: true,
  gaussian_kernel_sigma_scale: 0.125,
  min_pixel_export: 0,
  instance_segmentation_metrics: null,
  vote_undec: null,
};
const ELSEWHERE = /^(cellpose_|staple_)|(_dir|^proj_dir|^project_dir)$/;

/** Converts a configuration of deepFlash2. The values are checked like all settings, by whoever uses them. */
export function fromDeepFlash2(config: Readonly<Record<string, unknown>>): ConvertedConfig {
  // What we do by default and it does not, unless it says so.
  const settings: Record<string, unknown> = { contrast: 0, blur: 0, normalisation: 'dataset' };
  const notices: string[] = [];
  const left: string[] = [];
  for (const [key, value] of Object.entries(config)) {
    const name = RENAMED[key];
    const special = SPECIAL[key];
    if (special !== undefined) Object.assign(settings, special(value, config, notices));
    else if (name !== undefined) settings[name] = value;
    else if (key in WITHOUT_EFFECT) {
      const expected = WITHOUT_EFFECT[key];
      if (expected !== null && value !== expected) left.push(`${key} ${JSON.stringify(value)}`);
    } else if (!ELSEWHERE.test(key)) left.push(key);
  }
  if (left.length > 0)
    notices.push(`Of the configuration of deepFlash2 this has no effect here: ${left.join(', ')}.`);
  return { settings, notices };
}

/** fastai's Adam takes weights down by themselves, as AdamW, and has averages and an epsilon of its own. */
const FASTAI_ADAM = { optimizer: 'AdamW', beta2: 0.99, epsilon: 1e-5 };

type Special = (
  value: unknown,
  config: Readonly<Record<string, unknown>>,
  notices: string[],
) => Readonly<Record<string, unknown>>;

const SPECIAL: Readonly<Record<string, Special>> = {
  encoder_weights: (value) => ({ encoderWeights: value ?? 'none' }),
  optim: (value) => (value === 'Adam' ? FASTAI_ADAM : { optimizer: namedAlike('optimizer', value) }),
  tile_shape: (value, _, notices) => ({ tileSize: tileSizeOf(value, notices) }),
  // It takes fewer parts where there are fewer images, as is done here when folds are left open.
  max_splits: (value) => ({ folds: value === 5 ? null : value }),
  n_models: (value, { max_splits: splits = 5 }) => ({ models: value === splits ? null : value }),
  gamma_limit_lower: (value, { gamma_limit_upper: upper = 120 }) => ({ gamma: gammaOf(value, upper) }),
  gamma_limit_upper: (value, { gamma_limit_lower: lower = 80 }) => ({ gamma: gammaOf(lower, value) }),
  instance_labels: (value) => (value === true ? { maskKind: 'instances' } : {}),
  // One number serves two losses.
  loss_alpha: (value, { loss }) => (loss === 'FocalLoss' ? { focalAlpha: value } : { tverskyAlpha: value }),
  loss_beta: (value) => ({ tverskyBeta: value }),
};

/** In percent. */
function gammaOf(lower: unknown, upper: unknown): unknown {
  return typeof lower === 'number' && typeof upper === 'number' ? [lower / 100, upper / 100] : [lower, upper];
}

/** Tiles are square here and their sides multiples of 32. */
function tileSizeOf(value: unknown, notices: string[]): unknown {
  const [side, other = side] = Array.isArray(value) ? value : [value];
  if (typeof side !== 'number' || typeof other !== 'number') return value;
  const tileSize = Math.max(32, 32 * Math.round(Math.max(side, other) / 32));
  if (tileSize !== side || tileSize !== other) {
    notices.push(`Tiles of ${tileSize} pixels are used instead of ${side} x ${other}.`);
  }
  return tileSize;
}

/** It writes some names in other capitals. */
function namedAlike(setting: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const { values = '' } = describeSettings().find(({ name }) => name === setting) ?? {};
  return values.split(/[\s,]+/).find((name) => name.toLowerCase() === value.toLowerCase()) ?? value;
}
