import { parseSettings } from '@deepflash/segmentation';
import { expect, test } from 'vitest';
import { fromDeepFlash2, isDeepFlash2Config } from './deepflash2-config.js';

/** All keys of deepFlash2 0.2.4's `Config` with their defaults. */
const defaults = {
  project_dir: '.',
  vote_undec: 0,
  n_models: 5,
  max_splits: 5,
  random_state: 42,
  use_gpu: true,
  arch: 'Unet',
  encoder_name: 'tu-convnext_tiny',
  encoder_weights: 'imagenet',
  num_classes: 2,
  tile_shape: 512,
  scale: 1,
  instance_labels: false,
  base_lr: 0.001,
  batch_size: 4,
  weight_decay: 0.001,
  mixed_precision_training: true,
  optim: 'Adam',
  loss: 'CrossEntropyDiceLoss',
  n_epochs: 25,
  sample_mult: 0,
  gamma_limit_lower: 80,
  gamma_limit_upper: 120,
  CLAHE_clip_limit: 0,
  brightness_limit: 0,
  contrast_limit: 0,
  flip: true,
  rot: 360,
  distort_limit: 0,
  mode: 'multiclass',
  loss_alpha: 0.5,
  loss_beta: 0.5,
  loss_gamma: 2,
  loss_smooth_factor: 0,
  use_tta: true,
  max_tile_shift: 0.5,
  border_padding_factor: 0.25,
  use_gaussian: true,
  gaussian_kernel_sigma_scale: 0.125,
  min_pixel_export: 0,
  cellpose_model: 'nuclei',
  cellpose_diameter: 0,
  cellpose_export_class: 1,
  cellpose_flow_threshold: 0.4,
  instance_segmentation_metrics: false,
  gt_dir: 'GT_Estimation',
  train_dir: 'Training',
  pred_dir: 'Prediction',
  ens_dir: 'models',
  val_dir: 'valid',
};

test("deepFlash2's own defaults are taken over whole", () => {
  expect(isDeepFlash2Config(defaults)).toBe(true);
  const { settings, notices } = fromDeepFlash2(defaults);
  expect(notices).toEqual([]);
  expect(parseSettings(settings)).toMatchObject({
    architecture: 'Unet',
    encoder: 'tu-convnext_tiny',
    encoderWeights: 'imagenet',
    classes: 2,
    tileSize: 512,
    scale: 1,
    learningRate: 0.001,
    batchSize: 4,
    weightDecay: 0.001,
    optimizer: 'AdamW',
    beta2: 0.99,
    normalisation: 'dataset',
    epochs: 25,
    folds: null,
    models: null,
    seed: 42,
    gamma: [0.8, 1.2],
    contrast: 0,
    blur: 0,
    focalGamma: 2,
    tverskyAlpha: 0.5,
    testTimeAugmentation: true,
  });
});

test('what differs from what is done here, and keys that nobody knows, are named', () => {
  const { settings, notices } = fromDeepFlash2({
    ...defaults,
    n_models: 2,
    optim: 'ranger',
    encoder_weights: null,
    tile_shape: [540, 540],
    CLAHE_clip_limit: 2,
    distort_limit: 0.3,
    instance_labels: true,
    sample_mult: 50,
    zebra: 1,
  });
  expect(parseSettings(settings)).toMatchObject({
    models: 2,
    optimizer: 'Ranger',
    encoderWeights: 'none',
    tileSize: 544,
    clahe: 2,
    gridDistortion: 0.3,
    maskKind: 'instances',
  });
  expect(notices).toEqual([
    'Tiles of 544 pixels are used instead of 540 x 540.',
    'Of the configuration of deepFlash2 this has no effect here: sample_mult 50, zebra.',
  ]);
});

test('settings of ours are not taken for those of deepFlash2', () => {
  expect(isDeepFlash2Config(parseSettings({}))).toBe(false);
});
