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

/** What is known of the losses of a training, which goes into its checkpoints. */
export interface LossCourse {
  /** Steps done. */
  readonly seen: number;
  /** The mean loss of the first steps, and that of the last ones. */
  readonly beginning: number;
  readonly mean: number;
}

/** Before the first step. */
export const NO_LOSSES: LossCourse = { seen: 0, beginning: 0, mean: 0 };

/**
 * Looks at the loss of one more step.
 *
 * @param course what is known of those before; null of a training that was begun without keeping it: of that one only losses
 *   that are no numbers count
 * @returns what is known then
 * @throws TrainingDivergedError
 */
export function watchLoss(
  course: LossCourse | null,
  {
    step,
    loss,
    learningRate,
  }: { readonly step: number; readonly loss: number; readonly learningRate: number },
): LossCourse | null {
  if (!Number.isFinite(loss)) {
    throw new TrainingDivergedError(step, learningRate, 'the loss is no number any more');
  }
  if (course === null) return null;
  const seen = course.seen + 1;
  if (seen <= FIRST) {
    const beginning = course.beginning + loss / FIRST;
    return { seen, beginning, mean: beginning };
  }
  const { beginning } = course;
  const mean = course.mean + 0.1 * (loss - course.mean);
  if (beginning > 0 && mean > TOO_MUCH * beginning) {
    const grown = `the loss has grown from ${beginning.toPrecision(2)} to ${mean.toPrecision(2)}`;
    throw new TrainingDivergedError(step, learningRate, grown);
  }
  return { seen, beginning, mean };
}
