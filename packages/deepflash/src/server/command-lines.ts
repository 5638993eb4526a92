/** The words of the commands that train and predict, for jobs here and for tasks of a cluster. */
import type { Project } from '../project/project.js';
import type { Run } from '../runs/run.js';

/** A training of the project's images. @param masks the folder */
export function trainingWords({ files }: Project, masks: string, name: string): string[] {
  return ['train', ...learningFrom(files.images, masks), '--out', files.run(name)];
}

/** A run that was begun, on its own images and masks. */
export function resumingWords({ path, data }: Run): string[] {
  return ['train', ...learningFrom(data.imageFolder, data.maskFolder), '--out', path];
}

/** Images without a mask are left out: a project has images that nobody has drawn on. */
export function learningFrom(images: string, masks: string): string[] {
  return ['--images', images, '--masks', masks, '--marked-only'];
}

export interface ObjectChoice {
  /** How objects that touch are told apart. */
  readonly separate: string;
  /** Pixels of the smallest object that counts. */
  readonly minimumSize: number;
}

/** A prediction of all images of the project. @param models runs and model files */
export function predictionWords(
  { files }: Project,
  models: readonly string[],
  name: string,
  { separate, minimumSize }: ObjectChoice,
): string[] {
  return [
    ...['predict', '--model', ...models, '--images', files.images, '--out', files.prediction(name)],
    ...['--separate', separate, '--minimum-size', `${minimumSize}`],
  ];
}
