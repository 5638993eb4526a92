import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

export interface ChartLine {
  readonly label: string;
  readonly points: readonly (readonly [number, number])[];
  readonly colour: string;
  /** On the right, from 0 to 1. */
  readonly scale?: 'dice';
  readonly marks?: 'points';
}

interface ChartProps {
  readonly lines: readonly ChartLine[];
  readonly label: string;
  readonly across: string;
  readonly up: string;
  readonly range?: readonly [number, number];
  readonly scale?: 'logarithmic';
  readonly height?: number;
}

/** Curves over one axis. */
export function Chart({ lines, label, across, up, range, scale, height = 220 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const ink = scheme === 'dark' ? '#c9c9c9' : '#495057';
    const grid = scheme === 'dark' ? '#3a4046' : '#e9ecef';
    const axis = { stroke: ink, grid: { stroke: grid }, ticks: { stroke: grid } };
    const xs = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
    const hasDice = lines.some((line) => line.scale === 'dice');
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        scales: {
          x: {
            time: false,
            ...(scale === undefined ? {} : { distr: 3 }),
            ...(range === undefined ? {} : { range: [...range] }),
          },
          dice: { range: [0, 1] },
        },
        axes: [
          { ...axis, label: across, labelSize: 22, size: 34 },
          { ...axis, label: up, labelSize: 22, size: 56 },
          ...(hasDice
            ? [{ ...axis, scale: 'dice', side: 1 as const, label: 'Dice', labelSize: 22, size: 40 }]
            : []),
        ],
        series: [
          { label: across },
          ...lines.map((line) => ({
            ...{ label: line.label, stroke: line.colour, width: 2, spanGaps: true },
            ...(line.scale === undefined ? {} : { scale: line.scale }),
            points: { show: line.marks === 'points' },
          })),
        ],
      },
      [
        xs,
        ...lines.map(({ points }) => {
          const at = new Map(points);
          return xs.map((x) => at.get(x) ?? null);
        }),
      ],
      element,
    );
    return () => plot.destroy();
  }, [lines, across, up, range, scale, height, scheme]);
  return <div ref={place} role="img" aria-label={label} style={{ minHeight: height }} />;
}
