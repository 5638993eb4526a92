import type { SampleType } from '../image.js';
import type { Channel } from '../source/image-source.js';
import { AXES } from './multiscales.js';
import type { OmeZarrOptions } from './write.js';

/** Least and largest sample of a channel, as far as any was written. */
export interface Range {
  least: number;
  largest: number;
}

/** The `ome` attributes (version 0.5) of a written picture. */
export function omeAttributes(
  { name = 'image', calibration, frameInterval = null, content, dtype }: OmeZarrOptions,
  channels: readonly Channel[],
  levels: number,
  ranges: readonly Range[],
) {
  const unit = calibration ? { unit: UNITS[calibration.unit] ?? calibration.unit } : {};
  const { x = 1, y = 1, z = null } = calibration?.pixelSize ?? {};
  const multiscales = [
    {
      name,
      axes: AXES.map((axis) => {
        if (axis === 't')
          return { name: axis, type: 'time', ...(frameInterval === null ? {} : { unit: 'second' }) };
        return axis === 'c'
          ? { name: axis, type: 'channel' }
          : { name: axis, type: 'space', ...(axis === 'z' && z === null ? {} : unit) };
      }),
      datasets: Array.from({ length: levels }, (_, level) => ({
        path: String(level),
        coordinateTransformations: [
          { type: 'scale', scale: [frameInterval ?? 1, 1, z ?? 1, y * 2 ** level, x * 2 ** level] },
        ],
      })),
    },
  ];
  if (content === 'labels') return { version: '0.5', multiscales, 'image-label': {} };
  return { version: '0.5', multiscales, omero: { channels: channels.map(displayOf(dtype, ranges)) } };
}

const LARGEST: Readonly<Record<SampleType, number>> = {
  uint8: 255,
  uint16: 65_535,
  uint32: 2 ** 32 - 1,
  float32: 1,
};

function displayOf(dtype: SampleType, ranges: readonly Range[]) {
  return ({ name, colour }: Channel, channel: number) => {
    const { least = 0, largest = 0 } = ranges[channel] ?? {};
    const [start, end] = least <= largest ? [least, largest] : [0, LARGEST[dtype]];
    return {
      active: true,
      label: name ?? '',
      color: (colour ?? [255, 255, 255])
        .map((part) => part.toString(16).padStart(2, '0').toUpperCase())
        .join(''),
      window: { min: Math.min(0, start), max: Math.max(LARGEST[dtype], end), start, end },
    };
  };
}

/** Units of length as OME-Zarr names them. */
const UNITS: Readonly<Record<string, string>> = {
  µm: 'micrometer',
  nm: 'nanometer',
  mm: 'millimeter',
  cm: 'centimeter',
  m: 'meter',
  pm: 'picometer',
  Å: 'angstrom',
  inch: 'inch',
};
