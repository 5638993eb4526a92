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
  /** From where to where it goes across, and up; by default as far as the points do. */
  readonly range?: readonly [number, number];
  readonly upRange?: readonly [number, number];
  readonly scale?: 'logarithmic';
  /** A place across that is marked by a line. */
  readonly mark?: number | null;
  readonly height?: number;
}

/** Curves over one axis. They grow while they are looked at: only what they are of makes a new picture. */
export function Chart(props: ChartProps) {
  const { lines, label, height = 220 } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const scheme = useComputedColorScheme('light');
  const kind = JSON.stringify([lines.map(({ points: _, ...line }) => line), props.across, props.up]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the curves are of, not how far they go
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(element, scheme, latest), dataOf(latest.current.lines), element);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [kind, height, scheme]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a range or a mark that moves is drawn anew as well
  useEffect(() => {
    plot.current?.setData(dataOf(lines));
  }, [lines, props.range, props.mark]);
  return <div ref={place} role="img" aria-label={label} style={{ minHeight: height }} />;
}

function optionsOf(
  element: HTMLElement,
  scheme: 'light' | 'dark',
  latest: { readonly current: ChartProps },
): uPlot.Options {
  const { lines, across, up, scale, height = 220 } = latest.current;
  const ink = scheme === 'dark' ? '#c9c9c9' : '#495057';
  const line = scheme === 'dark' ? '#3a4046' : '#e9ecef';
  const { fontFamily } = getComputedStyle(element);
  const axis: uPlot.Axis = {
    ...{ stroke: ink, grid: { stroke: line }, ticks: { stroke: line }, labelSize: 22 },
    ...{ font: `12px ${fontFamily}`, labelFont: `13px ${fontFamily}` },
  };
  const hasDice = lines.some((one) => one.scale === 'dice');
  return {
    ...{ width: element.clientWidth, height },
    scales: {
      x: {
        time: false,
        ...(scale === undefined ? {} : { distr: 3 }),
        range: (_, least, most) => [...(latest.current.range ?? [least, most])],
      },
      ...(latest.current.upRange === undefined ? {} : { y: { range: [...latest.current.upRange] } }),
      dice: { range: [0, 1] },
    },
    axes: [
      { ...axis, label: across, size: 34, ...(scale === undefined ? {} : powersOfTen(axis, line)) },
      { ...axis, label: up, size: 56 },
      ...(hasDice
        ? // Lines of its own would lie between those of the other scale.
          [{ ...axis, scale: 'dice', side: 1 as const, label: 'Dice', size: 44, grid: { show: false } }]
        : []),
    ],
    hooks: {
      draw: [(shown) => drawMark(shown, latest.current.mark ?? null, ink)],
      // Where the pointer is nowhere, what is told is the last.
      setLegend: [
        (shown) => {
          const last = (shown.data[0]?.length ?? 0) - 1;
          if (shown.legend.idx == null && last >= 0) shown.setLegend({ idx: last }, false);
        },
      ],
    },
    series: [
      { label: across, value: (_, x) => rounded(x) },
      ...lines.map((one) => ({
        ...{ label: one.label, stroke: one.colour, width: 2, spanGaps: true },
        ...(one.scale === undefined ? {} : { scale: one.scale }),
        points: { show: one.marks === 'points', size: 6, fill: one.colour },
        value: (shown: uPlot, _: number, series: number, at: number | null) =>
          rounded(lastKnown(shown.data[series], at)),
      })),
    ],
  };
}

function dataOf(lines: readonly ChartLine[]): uPlot.AlignedData {
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  return [
    xs,
    ...lines.map(({ points }) => {
      const at = new Map(points);
      return xs.map((x) => at.get(x) ?? null);
    }),
  ];
}

/** An axis that names 1, 0.1, 0.01 and then 1e-3, and has lines at these alone. */
function powersOfTen(axis: uPlot.Axis, line: string): uPlot.Axis {
  const filter = (_: uPlot, splits: number[]): (number | null)[] =>
    splits.map((value) => (Number.isInteger(Number(Math.log10(value).toFixed(6))) ? value : null));
  return {
    ...axis,
    filter,
    ...{ grid: { stroke: line, filter }, ticks: { stroke: line, filter } },
    values: (_, splits) =>
      splits.map((value) =>
        value === null ? '' : value < 0.001 ? value.toExponential(0) : `${Number(value.toPrecision(1))}`,
      ),
  };
}

/** A dashed line from top to bottom. */
function drawMark(shown: uPlot, mark: number | null, ink: string): void {
  if (mark === null) return;
  const { ctx, bbox } = shown;
  const x = shown.valToPos(mark, 'x', true);
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.setLineDash([5, 4]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
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
