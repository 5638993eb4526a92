import type { RunDetails } from 'deepflash';
import { useMemo } from 'react';
import { Chart, type ChartLine } from './chart.tsx';

/** Loss of each step and Dice of the held-out images of one network. */
export function Curves({ fold }: { readonly fold: RunDetails['folds'][number] }) {
  const { losses, dice, steps } = fold;
  const lines = useMemo(
    (): ChartLine[] => [
      { label: 'loss', points: losses, colour: '#228be6' },
      { label: 'Dice', points: dice, colour: '#e8590c', scale: 'dice', marks: 'points' },
    ],
    [losses, dice],
  );
  const last = Math.max(losses.at(-1)?.[0] ?? 0, Math.min(steps, 2 * (losses.at(-1)?.[0] ?? 0)), 10);
  const range = useMemo(() => [0, last] as const, [last]);
  return (
    <Chart
      lines={lines}
      label={`Loss and Dice of network ${fold.fold}`}
      across="step"
      up="loss"
      range={range}
    />
  );
}
