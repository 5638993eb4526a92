export { parseAssignments } from './assignments.js';
export { losses } from './losses/losses.js';
export { IOU_THRESHOLDS, type LabelImage, type ObjectScore, scoreObjects } from './metrics/objects.js';
export { addConfusions, confusion, type OverlapScores, overlapScores } from './metrics/overlap.js';
export {
  describeModelFile,
  encodeModelFile,
  type ModelDescription,
  ModelFileError,
  openModel,
  type SegmentationModel,
} from './models/model-file.js';
export { architectures, buildNetwork, encoders, type NetworkOptions } from './networks/network.js';
export { type Prediction, type PredictionOptions, predictImage } from './prediction/predict-image.js';
export { ALL_FLIPS, type Flip } from './prediction/test-time-augmentation.js';
export { ModelOutputError, type TileModel } from './prediction/tile-model.js';
export { predictWithModels, type WholeImageOptions } from './prediction/whole-image.js';
export { type AugmentationSettings, DEFAULT_AUGMENTATION } from './sampling/augmentation.js';
export type { ClassMask, Planes } from './sampling/planes.js';
export { type ChannelStatistics, channelStatistics } from './sampling/statistics.js';
export { oneCycle } from './schedules/one-cycle.js';
export {
  describeSettings,
  parseSettings,
  type SettingDescription,
  type Settings,
  SettingsError,
  schemaVersion,
  settingsSchema,
  trainingSteps,
} from './settings.js';
export type { LabelledImage, TrainingEvent, TrainingPlan } from './training/plan.js';
export { lossGraph, type StepPlan } from './training/step-graph.js';
export {
  type TrainedFold,
  type TrainFoldOptions,
  TrainingDivergedError,
  trainFold,
} from './training/train-fold.js';
export { validationDice } from './training/validate.js';
