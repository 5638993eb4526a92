import type { TermName } from '../pages/terms.ts';

/** The name of a setting as people read it: `learningRate` is `Learning rate`. */
export function readable(setting: string): string {
  const words = setting.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Settings that the glossary explains. */
const TERM_OF: Readonly<Record<string, TermName>> = {
  ...{ architecture: 'model', encoder: 'model', encoderWeights: 'model', initialWeights: 'model' },
  ...{ classes: 'classes', mask: 'mask', folds: 'ensemble', models: 'ensemble', modelWeights: 'ensemble' },
  ...{ batchSize: 'batch-size', epochs: 'epoch', learningRate: 'learning-rate', schedule: 'learning-rate' },
  ...{ loss: 'loss-function', testTimeAugmentation: 'test-time-augmentation' },
};

export function termOf(setting: string): TermName | undefined {
  return TERM_OF[setting];
}
