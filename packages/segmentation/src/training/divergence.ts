/**
 * When a training has failed for good: its loss is no number any more, or has grown far beyond where it began. Single
 * large losses are common, so a mean over about ten steps is looked at.
 */

/** A loss that is no number any more, or grows instead of falling. */
export class TrainingDivergedError extends Error {
  override readonly name = 'TrainingDivergedError';
  readonly step: number;

  constructor(step: number, learningRate: number, problem: string) {
    super(
      `The training failed at step ${step}: ${problem}. Train into a new folder with a learningRate below ${learningRate}, ` +
        `such as ${Number((learningRate / 3).toPrecision(1))}, or with gradientClip 1; if that does not help, look ` +
        'whether every mask belongs to its image.',
    );
    this.step = step;
  }
}

/** How many times the loss of the first steps is too much. */
const TOO_MUCH = 4;
/** Steps whose mean loss is where the training began. */
const FIRST = 10;

/** Watches the losses of a training, step by step. What it returns throws a TrainingDivergedError. */
export function lossWatch(learningRate: number): (step: number, loss: number) => void {
  let seen = 0;
  let beginning = 0;
  let mean = 0;
  return (step, loss) => {
    if (!Number.isFinite(loss)) {
      throw new TrainingDivergedError(step, learningRate, 'the loss is no number any more');
    }
    seen += 1;
    if (seen <= FIRST) {
      beginning += loss / FIRST;
      mean = beginning;
      return;
    }
    mean += 0.1 * (loss - mean);
    if (beginning > 0 && mean > TOO_MUCH * beginning) {
      const grown = `the loss has grown from ${beginning.toPrecision(2)} to ${mean.toPrecision(2)}`;
      throw new TrainingDivergedError(step, learningRate, grown);
    }
  };
}
