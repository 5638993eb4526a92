import { writeFileAtomic } from '@deepflash/imaging/node';
import { encodeCsv } from '../csv.js';
import { readEvents } from '../runs/events.js';
import { foldHistory } from '../runs/history.js';
import { foldFiles, runFiles } from '../runs/layout.js';
import type { Run } from '../runs/run.js';

/** Writes `log.csv` of these folds: loss, gradient norm, learning rate, seconds, how many
 * of them it waited for tiles, and where it was validated the Dice of each step. */
export async function writeFoldLogs(run: Run, folds: readonly number[]): Promise<void> {
  const events = readEvents(runFiles(run.path).events);
  for (const fold of folds) {
    const { steps, metrics } = foldHistory(events, fold);
    const dice = new Map(metrics.map((metric) => [metric.step, metric.dice]));
    const rows = steps.map(({ step, loss, gradientNorm, learningRate, seconds, waited }) => ({
      step,
      loss,
      gradientNorm,
      learningRate,
      seconds,
      waited: waited ?? null,
      dice: dice.get(step) ?? null,
    }));
    const columns = ['step', 'loss', 'gradientNorm', 'learningRate', 'seconds', 'waited', 'dice'];
    await writeFileAtomic(foldFiles(run.path, fold).log, encodeCsv(columns, rows));
  }
}
