export { parseAssignments, readAssignments } from './assignments.js';
export { accountOfRater, type RaterAccount } from './ground-truth/account.js';
export { fleissKappa, krippendorffAlpha, pairwiseDice } from './ground-truth/agreement.js';
export { type BinaryStapleResult, binaryStaple } from './ground-truth/binary-staple.js';
export {
  type ConsensusObject,
  type InstanceConsensus,
  type InstanceConsensusOptions,
  instanceConsensus,
  type RejectedObject,
} from './ground-truth/instance-consensus.js';
export { majorityVote, type VoteOptions } from './ground-truth/majority-vote.js';
export { separateInstances } from './ground-truth/ridges.js';
export { type StapleOptions, type StapleResult, staple } from './ground-truth/staple.js';
export { losses } from './losses/losses.js';
export { aggregatedJaccardIndex } from './metrics/aji.js';
export { IOU_THRESHOLDS, type LabelImage, type ObjectScore, scoreObjects } from './metrics/objects.js';
export { addConfusions, confusion, type OverlapScores, overlapScores } from './metrics/overlap.js';
export { type PanopticQuality, panopticQuality } from './metrics/panoptic-quality.js';
export { type SurfaceDistances, surfaceDistances } from './metrics/surface-distance.js';
export { type SignedRankTest, signedRankTest } from './metrics/wilcoxon.js';
export { type EnsembleDescription, encodeEnsembleFile } from './models/ensemble-file.js';
export {
  describeModelFile,
  encodeModelFile,
  type ModelDescription,
  ModelFileError,
  openModel,
  type SegmentationModel,
} from './models/model-file.js';
export { type NetworkCost, networkCost } from './networks/cost.js';
export {
  architectures,
  buildNetwork,
  type EncoderName,
  encoders,
  type ImageSides,
  imageSides,
  NetworkError,
  type NetworkOptions,
  type NetworkShape,
  networkShape,
} from './networks/network.js';
export { predictorInThread } from './prediction/ensemble.js';
export { landscapeHeights } from './prediction/landscape.js';
export { type PlaneRows, rowsOf } from './prediction/plane-rows.js';
export { type Prediction, predictImage } from './prediction/predict-image.js';
export { predictRows } from './prediction/predict-rows.js';
export type { PredictedRows } from './prediction/predicted-rows.js';
export type { PredictionOptions, TileRows } from './prediction/prediction-options.js';
export { ALL_FLIPS, ALL_VIEWS, type Flip, type View } from './prediction/test-time-augmentation.js';
export { ModelOutputError, type TileModel } from './prediction/tile-model.js';
export type { TilePredictor, TileWays } from './prediction/tile-predictor.js';
export { type Combination, combinations } from './prediction/vote.js';
export {
  type Augmentation,
  bandEdges,
  predictRowsWithModels,
  predictWithModels,
  type WholeImageOptions,
} from './prediction/whole-image.js';
export { type CalibrationPoint, calibrate, type ExpectedDice } from './quality/calibration.js';
export { type DiceEstimator, type DiceShares, diceEstimator, diceShares } from './quality/estimated-dice.js';
export { type ChannelTraits, type TraitGatherer, traitGatherer, traitNames } from './quality/image-traits.js';
export { type Deviation, deviationInWords, type Likeness, likenessTo } from './quality/likeness.js';
export {
  chooseSeparation,
  type SeparationChoice,
  type SeparationScore,
  type SeparationWay,
  separationScores,
  separationWays,
} from './quality/separation-scores.js';
export { type AugmentationSettings, DEFAULT_AUGMENTATION } from './sampling/augmentation.js';
export {
  type ExampleOptions,
  type ExampleRow,
  type ExampleTile,
  exampleTiles,
} from './sampling/example-tiles.js';
export type { TileGeometry } from './sampling/extract-tile.js';
export { channelChoices, toPlanes } from './sampling/image-planes.js';
export { type ClassMask, IGNORED, isIgnored, type Planes } from './sampling/planes.js';
export {
  type ChannelMoments,
  type ChannelStatistics,
  channelMoments,
  channelStatistics,
  statisticsOf,
} from './sampling/statistics.js';
export { oneCycle } from './schedules/one-cycle.js';
export {
  type ScheduleName,
  type SchedulePoint,
  type ScheduleSettings,
  scheduleOf,
} from './schedules/schedule.js';
export { augmentationSchema } from './settings/augmentation.js';
export { describeSettings, type SettingDescription } from './settings/describe.js';
export { parseSettings } from './settings/parse.js';
export {
  isOpen,
  isPlanned,
  type PlannedName,
  type PlannedSettings,
  plannedNames,
  usualEncoder,
} from './settings/planned.js';
export { type Settings, schemaVersion, selectionSchema, settingsSchema } from './settings/schema.js';
export { SettingsError } from './settings/settings-error.js';
export { trainingSteps } from './settings/steps.js';
export { type Batch, batchSource } from './training/batch.js';
export { type Checkpoint, decodeCheckpoint } from './training/checkpoint.js';
export { TrainingDivergedError } from './training/divergence.js';
export type { LabelledImage, TrainingEvent, TrainingPlan } from './training/plan.js';
export { separationTargets } from './training/separation-targets.js';
export { lossGraph, type StepPlan } from './training/step-graph.js';
export {
  type RatePoint,
  type RateSuggestions,
  type SweepOptions,
  suggestRates,
  sweepLearningRates,
} from './training/sweep-learning-rates.js';
export { type OpenTiles, type TileRequest, type TileSource, tilesInThread } from './training/tile-source.js';
export {
  encodeTrainedModel,
  type StartingWeights,
  type TrainedFold,
  type TrainFoldOptions,
  trainFold,
  type ValidationPrediction,
} from './training/train-fold.js';
export { validationDice } from './training/validate.js';
export { encoderNames } from './weights/encoder-names.js';
export { adaptFirstConvolution } from './weights/first-convolution.js';
export { type FitTarget, type FittedWeights, fitEncoder, fitNetwork } from './weights/fit.js';
export { type ForeignWeights, ForeignWeightsError, foreignNetwork } from './weights/foreign-network.js';
export type { WeightsOrigin } from './weights/origin.js';
export {
  type HubFile,
  imagenetPreprocessing,
  type Preprocessing,
  type PublishedWeights,
  publishedWeights,
} from './weights/published.js';
