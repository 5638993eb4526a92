import { useComputedColorScheme } from '@mantine/core';
import type { RunDetails } from 'deepflash';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

/** Loss of each step and Dice of the held-out images of one network. */
export function Curves({ fold }: { readonly fold: RunDetails['folds'][number] }) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const ink = scheme === 'dark' ? '#c9c9c9' : '#495057';
    const grid = scheme === 'dark' ? '#2e2e2e' : '#e9ecef';
    const dice = new Map(fold.dice);
    const steps = [...new Set([...fold.losses.map(([step]) => step), ...dice.keys()])].sort((a, b) => a - b);
    const losses = new Map(fold.losses);
    const axis = { stroke: ink, grid: { stroke: grid }, ticks: { stroke: grid } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: 240,
        scales: { x: { time: false, range: [0, fold.steps] }, dice: { range: [0, 1] } },
        axes: [
          { ...axis, label: 'step' },
          { ...axis, label: 'loss' },
          { ...axis, scale: 'dice', side: 1, label: 'Dice' },
        ],
        series: [
          { label: 'step' },
          { label: 'loss', stroke: '#228be6', spanGaps: true },
          { label: 'Dice', scale: 'dice', stroke: '#e8590c', spanGaps: true, points: { show: true } },
        ],
      },
      [steps, steps.map((step) => losses.get(step) ?? null), steps.map((step) => dice.get(step) ?? null)],
      element,
    );
    return () => plot.destroy();
  }, [fold, scheme]);
  return <div ref={place} role="img" aria-label={`Loss and Dice of network ${fold.fold}`} />;
}
