import {
  augmentationSchema,
  type LabelledImage,
  type PlannedSettings,
  type TrainingPlan,
  trainingSteps,
} from '@deepflash/segmentation';

/** How often a training is validated where the settings leave it open. */
const VALIDATIONS = 5;

/** As often, for each validation of its patience, one is validated that may end early: or it would never. */
const FOR_EACH_OF_PATIENCE = 4;

/** How often a training is validated whose settings do not say after how many steps. */
export function usualValidations({ patience }: Pick<PlannedSettings, 'patience'>): number {
  return Math.max(VALIDATIONS, FOR_EACH_OF_PATIENCE * (patience ?? 0));
}

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
    validationEvery: settings.validationEvery ?? Math.max(1, Math.ceil(steps / usualValidations(settings))),
    augmentation: augmentationSchema.parse(settings),
  };
}
