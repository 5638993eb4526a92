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
    const { fontFamily } = getComputedStyle(element);
    const axis = {
      ...{ stroke: ink, grid: { stroke: grid }, ticks: { stroke: grid } },
      ...{ font: `12px ${fontFamily}`, labelFont: `13px ${fontFamily}` },
    };
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
            ? [
                {
                  ...{ ...axis, scale: 'dice', side: 1 as const, label: 'Dice', labelSize: 22, size: 44 },
                  // Lines of its own would lie between those of the other scale.
                  grid: { show: false },
                },
              ]
            : []),
        ],
        // Where the pointer is nowhere, what is told is the last.
        hooks: {
          setLegend: [
            (shown) => {
              if (shown.legend.idx == null && xs.length > 0) shown.setLegend({ idx: xs.length - 1 }, false);
            },
          ],
        },
        series: [
          { label: across, value: (_, x) => rounded(x) },
          ...lines.map((line) => ({
            ...{ label: line.label, stroke: line.colour, width: 2, spanGaps: true },
            ...(line.scale === undefined ? {} : { scale: line.scale }),
            points: { show: line.marks === 'points', size: 6, fill: line.colour },
            value: (shown: uPlot, _: number, series: number, at: number | null) =>
              rounded(lastKnown(shown.data[series], at)),
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

/** The value there, or the one before: the scales are not seen at each step. */
function lastKnown(values: ArrayLike<number | null | undefined> | undefined, at: number | null) {
  for (let index = at ?? -1; index >= 0; index--) {
    const value = values?.[index];
    if (value != null) return value;
  }
  return null;
}

function rounded(value: number | null): string {
  if (value === null) return '–';
  return `${Number.isInteger(value) ? value : Number(value.toPrecision(3))}`;
}
