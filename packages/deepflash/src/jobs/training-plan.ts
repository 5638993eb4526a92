import {
  augmentationSchema,
  type LabelledImage,
  type PlannedSettings,
  type TrainingPlan,
  trainingSteps,
} from '@deepflash/segmentation';

/** How often a training is validated where the settings leave it open. */
export const VALIDATIONS = 5;

/** The plan of one network by the settings of a run, for these training images. */
export function trainingPlan(
  settings: PlannedSettings,
  classValues: readonly number[],
  training: readonly LabelledImage[],
): TrainingPlan {
  const pixels = training.reduce((sum, { planes }) => sum + planes.width * planes.height, 0);
  const steps = trainingSteps(settings, pixels);
  return {
    ...settings,
    classes: classValues.length,
    classValues,
    steps,
    validationEvery: settings.validationEvery ?? Math.max(1, Math.ceil(steps / VALIDATIONS)),
    augmentation: augmentationSchema.parse(settings),
  };
}
