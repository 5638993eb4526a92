/**
 * The application behind the command `deepflash`, for programs that call its parts.
 *
 * ```ts
 * import { loadLabelledImages, openRun, predictFolder, summarise } from 'deepflash';
 *
 * console.log(summarise(await openRun('runs/first')).dice);
 * ```
 */
export { type Expected, expectedPrediction, type PredictionToEstimate } from './cluster/estimate.js';
export { isClusterHere } from './cluster/slurm.js';
export {
  type ClusterStatus,
  cancelCluster,
  clusterStatus,
  type TaskState,
  type TaskStatus,
} from './cluster/status.js';
export type { Submitted } from './cluster/submit.js';
export { type SubmitPredictionOptions, submitPrediction } from './cluster/submit-prediction.js';
export { type SubmitTrainingOptions, submitTraining } from './cluster/submit-training.js';
export { main } from './commands/program.js';
export { assignFolds, type Folds, foldCounts } from './data/folds.js';
export { type DataFolders, type InspectedData, inspectData } from './data/inspect.js';
export { type LabelledImages, loadLabelledImages, readRecorded } from './data/load.js';
export { channelChoices, toPlanes } from './data/planes.js';
export type { DataItem, DataRecord } from './data/record.js';
export { type SampleImage, sampleImage } from './demo/cells.js';
export { type DeviceProbe, probeDevice } from './devices/probe.js';
export {
  DataError,
  explain,
  type Failure,
  JobError,
  StoppedError,
  UsageError,
  WorkError,
} from './errors.js';
export { type Job, startTraining } from './jobs/start.js';
export { isFinished, trainRun } from './jobs/train-run.js';
export { type Ensemble, openEnsemble, openEnsembleInThreads } from './prediction/ensemble.js';
export { type ModelSet, modelFiles, modelSet, qualityFile } from './prediction/model-set.js';
export { type FolderPrediction, predictFolder } from './prediction/predict-folder.js';
export type { PredictionResult } from './prediction/prediction-log.js';
export type { PyramidState } from './project/pyramids.js';
export type { Received } from './project/uploads.js';
export { type LoggedEvent, type RunEvent, readEvents } from './runs/events.js';
export { type FoldHistory, foldHistory } from './runs/history.js';
export { foldFiles, predictionFiles, runFiles } from './runs/layout.js';
export { beginRun, openRun, type Run } from './runs/run.js';
export {
  summarise,
  type TrainingSummary,
  type ValidationResult,
  validationResults,
} from './runs/validation-results.js';
export { type FolderScore, scoreFolders } from './scoring/score-folders.js';
export type { ImageScore } from './scoring/score-image.js';
export type { ClusterView } from './server/cluster-view.js';
export type { ExpertAccount, GroundTruthView } from './server/ground-truth-view.js';
export type { Job as StudioJob, JobView } from './server/jobs.js';
export type { LearningRateView } from './server/learning-rate-view.js';
export type { ExpertView, ProjectView, SettingView } from './server/overview.js';
export type { ObjectTable, PredictedImage, PredictionView } from './server/prediction-view.js';
export type { PicturedImage, RunDetails, RunView } from './server/run-view.js';
export type { ClusterResources } from './server/schemas.js';
export { type Studio, startStudio } from './server/start.js';
