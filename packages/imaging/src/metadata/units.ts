/** Distance of neighbouring pixels along each axis, in `unit`; z is null where nothing says it. */
export interface Calibration {
  readonly pixelSize: { readonly x: number; readonly y: number; readonly z: number | null };
  /** As `normalUnit` spells it. */
  readonly unit: string;
}

/** One axis as a file states it. */
export interface Spacing {
  readonly size: number | undefined;
  readonly unit: string | undefined;
}

const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  µm: ['um', 'micron', 'microns', 'micrometer', 'micrometers', 'micrometre', 'micrometres', 'mu', 'µ'],
  nm: ['nanometer', 'nanometers', 'nanometre', 'nanometres'],
  mm: ['millimeter', 'millimeters', 'millimetre', 'millimetres'],
  cm: ['centimeter', 'centimeters', 'centimetre', 'centimetres'],
  m: ['meter', 'meters', 'metre', 'metres'],
  pm: ['picometer', 'picometers', 'picometre', 'picometres'],
  Å: ['angstrom', 'angstroms', 'ångström'],
  inch: ['in', 'inches'],
};

const UNITS = new Map(
  Object.entries(SPELLINGS).flatMap(([unit, others]) =>
    [unit, ...others].map((spelling) => [spelling.toLowerCase(), unit]),
  ),
);

const NO_LENGTHS = new Set(['', 'pixel', 'pixels', 'px', 'reference frame', 'unit', 'none', 'null']);

/** How many micrometres a unit is. */
const MICROMETRES: Readonly<Record<string, number>> = {
  µm: 1,
  nm: 1e-3,
  mm: 1e3,
  cm: 1e4,
  m: 1e6,
  pm: 1e-6,
  Å: 1e-4,
  inch: 25_400,
};

/**
 * One spelling for each unit of length: `µm` for micron, um, micrometer, the Greek and the micro sign, the
 * escaped `\u00B5m` of ImageJ and a µ that was decoded as Latin-1. Null for pixels and other words that are no
 * length; a unit that is not known stays as it is.
 */
export function normalUnit(name: string | null | undefined): string | null {
  const plain = (name ?? '')
    .replace(/\\u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replaceAll('Âµ', 'µ')
    .replaceAll('\u03bc', '\u00b5')
    .replaceAll('\u212b', '\u00c5')
    .trim();
  const lower = plain.toLowerCase().replaceAll('\u03bc', '\u00b5');
  if (NO_LENGTHS.has(lower)) return null;
  return UNITS.get(lower) ?? plain;
}

/**
 * The calibration of a picture whose axes may be stated in different units: all in the unit of x, which is kept
 * as the file has it (normalised). Null unless x and y have a positive size in a unit of length; a z that
 * cannot be expressed in that unit is null.
 */
export function calibrationOf(x: Spacing, y: Spacing, z: Spacing): Calibration | null {
  const unit = normalUnit(x.unit);
  if (unit === null) return null;
  const [sizeX, sizeY, sizeZ] = [x, y, z].map((axis) => sizeIn(unit, axis));
  if (!sizeX || !sizeY) return null;
  return { pixelSize: { x: sizeX, y: sizeY, z: sizeZ ?? null }, unit };
}

function sizeIn(unit: string, axis: Spacing): number | null {
  if (axis.size === undefined || !(axis.size > 0) || !Number.isFinite(axis.size)) return null;
  const own = normalUnit(axis.unit);
  if (own === unit) return axis.size;
  const from = MICROMETRES[own ?? ''];
  const to = MICROMETRES[unit];
  return from === undefined || to === undefined ? null : (axis.size * from) / to;
}
