import type { InspectedFile } from './inspect-file.js';
import type { PlaneStatistics } from './plane-statistics.js';

/** What `deepflash inspect --json` says of a file. */
export interface FileDocument {
  readonly file: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly slices: number;
  readonly frames: number;
  /** The type of the samples in the file. */
  readonly dtype: string;
  /** Width and height of a pixel in `unit`. */
  readonly pixelSize: readonly [number, number] | null;
  readonly unit: string | null;
  /** Of each channel of the first plane. */
  readonly statistics: readonly PlaneStatistics[];
}

export function fileDocument({ file, info, statistics }: InspectedFile): FileDocument {
  const { format, width, height, channels, slices, frames, storedType, pixelSize, unit } = info;
  return {
    file,
    format,
    width,
    height,
    channels: channels.length,
    slices,
    frames,
    dtype: storedType,
    pixelSize: pixelSize && [pixelSize.x, pixelSize.y],
    unit,
    statistics,
  };
}

/** A table for people: what the file is, its channels, and how it would be used. */
export function fileLines(inspected: InspectedFile): string[] {
  const { file, info, statistics } = inspected;
  const { format, width, height, channels, slices, frames, levels, others, storedType } = info;
  const sizes = [
    `${width} x ${height} pixels`,
    counted(channels.length, 'channel', 'channels'),
    ...(slices > 1 ? [`${slices} slices`] : []),
    ...(frames > 1 ? [`${frames} points in time`] : []),
    ...(levels.length > 1 ? [`${levels.length} resolutions`] : []),
  ];
  const rows: [string, string][] = [
    ['format', `${format}, ${storedType}`],
    ['size', sizes.join(', ')],
    ...(others === undefined
      ? []
      : [
          [
            'also there',
            `${counted(others, 'picture', 'pictures')} of another size or type, not read`,
          ] satisfies [string, string],
        ]),
    ['pixel size', pixelSize(inspected)],
    ...channels.map(({ name }, index): [string, string] => [
      index === 0 ? (channels.length === 1 ? 'values' : 'channels') : '',
      `${channels.length === 1 ? '' : `${index + 1}${name === null ? '' : ` ${name}`}: `}${values(statistics[index])}`,
    ]),
    ['used as', use(inspected)],
  ];
  return [file, ...rows.map(([name, value]) => `  ${name.padEnd(10)}  ${value}`)];
}

function pixelSize({ info: { pixelSize: size, unit } }: InspectedFile): string {
  if (size === null) return 'not in the file';
  const depth = size.z === null ? '' : `, slices ${short(size.z)} apart`;
  return `${short(size.x)} x ${short(size.y)} ${unit ?? '(no unit)'}${depth}`;
}

function values(statistics: PlaneStatistics | undefined): string {
  if (statistics === undefined || statistics.mean === null) return 'no numbers';
  const { min, max, mean } = statistics;
  return `${short(min)} to ${short(max)}, mean ${short(mean)}`;
}

function use({ info, use: plan, greyRgb }: InspectedFile): string {
  if ('problem' in plan) return `not as chosen: ${plan.problem}`;
  const { channels, slices, projection, frames } = plan;
  const all = channels.length === info.channels.length;
  const which = channels.map((channel) => info.channels[channel]?.name ?? channel + 1).join(', ');
  const parts = [
    greyRgb && all
      ? 'one grey channel (red, green and blue are equal)'
      : info.rgb && all
        ? 'the three colours'
        : info.channels.length === 1
          ? 'one channel'
          : `${counted(channels.length, 'channel', 'channels')} (${which})`,
    ...(info.slices === 1
      ? []
      : [
          projection === null
            ? `slice ${(slices[0] ?? 0) + 1}`
            : `${PROJECTIONS[projection]} of ${slices.length} slices`,
        ]),
    ...(info.frames === 1 ? [] : [`point in time ${(frames[0] ?? 0) + 1} of ${info.frames}`]),
  ];
  return parts.join(', ');
}

const PROJECTIONS = { max: 'the maximum', mean: 'the mean' } as const;

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** Enough digits to know a number by. */
function short(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(6)));
}
