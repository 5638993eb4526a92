import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

/** Distances of marks on an axis of steps. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Loss of each step so far. */
export function LossCurve({ losses, steps }: { readonly losses: readonly number[]; readonly steps: number }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const ink = scheme === 'dark' ? '#c9c9c9' : '#495057';
    const grid = scheme === 'dark' ? '#2e2e2e' : '#e9ecef';
    const axis = { stroke: ink, grid: { stroke: grid }, ticks: { stroke: grid } };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: 220,
        scales: { x: { time: false, range: [0, steps] } },
        axes: [
          { ...axis, label: 'step', incrs: WHOLE },
          { ...axis, label: 'loss' },
        ],
        series: [{ label: 'step' }, { label: 'loss', stroke: '#228be6', points: { show: steps < 60 } }],
      },
      [[], []],
      element,
    );
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [scheme, steps]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a plot that was made anew has no numbers yet
  useEffect(() => {
    plot.current?.setData([losses.map((_, index) => index + 1), [...losses]]);
  }, [losses, scheme, steps]);
  return <div ref={place} role="img" aria-label={`Loss of ${losses.length} steps`} />;
}
