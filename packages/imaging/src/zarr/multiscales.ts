import { damaged } from '../errors.js';
import { secondsOf } from '../metadata/time-units.js';
import { type Calibration, calibrationOf } from '../metadata/units.js';
import type { Channel } from '../source/image-source.js';
import { isObject, type JsonObject, type ZarrNode } from './store.js';

// OME-Zarr (also OME-NGFF) keeps a picture as one group with an array for each resolution. The attributes of the
// group, `multiscales` and `omero`, say which arrays, what their axes are, and how channels are shown; since
// version 0.5 they stand inside `ome`. See ngff.openmicroscopy.org/0.5.

/** The axes of a picture, each at most once. */
export const AXES = ['t', 'c', 'z', 'y', 'x'] as const;
export type Axis = (typeof AXES)[number];

/** What the attributes of an OME-Zarr picture say. */
export interface Multiscales {
  /** The axes of the arrays, in the order of their shape. */
  readonly axes: readonly Axis[];
  /** Paths of the arrays, from the full resolution down. */
  readonly paths: readonly string[];
  readonly calibration: Calibration | null;
  /** Seconds from frame to frame. */
  readonly frameInterval: number | null;
  /** As many as the metadata has, which need not be as many as there are channels. */
  readonly channels: readonly Channel[];
}

/** The attributes of OME: version 0.5 has them in an object of their own. */
export function omeAttributes({ attributes }: ZarrNode): JsonObject {
  return isObject(attributes.ome) ? attributes.ome : attributes;
}

/** Reads the first of the multiscales; undefined where there are none. Throws an ImageFileError for damaged ones. */
export function readMultiscales(node: ZarrNode): Multiscales | undefined {
  const attributes = omeAttributes(node);
  if (attributes.multiscales === undefined) return undefined;
  const [multiscale] = listOf(attributes.multiscales);
  const datasets = listOf(multiscale?.datasets);
  const paths = datasets.flatMap(({ path }) => (typeof path === 'string' && path !== '' ? [path] : []));
  if (!multiscale || paths.length === 0 || paths.length !== datasets.length || paths.length > 64) {
    throw damaged(node.file, 'its multiscales name no arrays');
  }
  const axes = axesOf(multiscale.axes, node.file);
  return {
    axes: axes.map(({ name }) => name),
    paths,
    ...spacingsOf(axes, [...transformsOf(multiscale), ...transformsOf(datasets[0])]),
    channels: channelsOf(attributes.omero),
  };
}

/** Names of axes as a picture's axes; undefined unless they are different ones of t, c, z, y, x with y and x. */
export function knownAxes(names: readonly unknown[]): readonly Axis[] | undefined {
  const axes = names.map((name) => AXES.find((axis) => axis === name));
  const known = axes.filter((axis) => axis !== undefined);
  const valid = known.length === names.length && new Set(known).size === known.length;
  return valid && known.includes('x') && known.includes('y') ? known : undefined;
}

interface AxisUnit {
  readonly name: Axis;
  readonly unit: string | undefined;
}

/** Version 0.3 has axes without units, and earlier ones none: they always have all five. */
function axesOf(declared: unknown, file: string): readonly AxisUnit[] {
  const list: readonly unknown[] = Array.isArray(declared) ? declared : AXES;
  const axes = knownAxes(list.map((axis) => (isObject(axis) ? axis.name : axis)));
  if (!axes)
    throw damaged(file, `its axes ${JSON.stringify(declared)?.slice(0, 200)} are not those of a picture`);
  return axes.map((name, i) => {
    const axis = list[i];
    return { name, unit: isObject(axis) && typeof axis.unit === 'string' ? axis.unit : undefined };
  });
}

/** The scales that apply to an array; both the picture's and its own do. */
function transformsOf(holder: JsonObject | undefined): readonly (readonly unknown[])[] {
  return listOf(holder?.coordinateTransformations).flatMap(({ type, scale }) =>
    type === 'scale' && Array.isArray(scale) ? [scale] : [],
  );
}

function spacingsOf(
  axes: readonly AxisUnit[],
  scales: readonly (readonly unknown[])[],
): Pick<Multiscales, 'calibration' | 'frameInterval'> {
  const spacing = (name: Axis) => {
    const at = axes.findIndex((axis) => axis.name === name);
    const factors = scales.map((scale) => scale[at]);
    const size = factors.reduce<number>((result, factor) => result * Number(factor), 1);
    return { size: at < 0 || factors.length === 0 ? undefined : size, unit: axes[at]?.unit };
  };
  const { size, unit } = spacing('t');
  return {
    calibration: calibrationOf(spacing('x'), spacing('y'), spacing('z')),
    // Most writers scale a time of which they know nothing by 1, and give it no unit.
    frameInterval: unit === undefined ? null : secondsOf(size, unit),
  };
}

function channelsOf(omero: unknown): readonly Channel[] {
  return listOf(isObject(omero) ? omero.channels : undefined).map(({ label, color }) => ({
    name: typeof label === 'string' || typeof label === 'number' ? String(label) || null : null,
    colour: typeof color === 'string' ? colourOf(color) : null,
  }));
}

/** Six hexadecimal digits, red first. */
function colourOf(text: string): readonly [number, number, number] | null {
  const digits = /^#?([0-9a-f]{6})$/i.exec(text)?.[1];
  if (digits === undefined) return null;
  const value = Number.parseInt(digits, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
