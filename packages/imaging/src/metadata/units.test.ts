import { expect, it } from 'vitest';
import { calibrationOf, normalUnit } from './units.js';

it('spells every micrometre the same', () => {
  const spellings = [
    'µm',
    'μm',
    'um',
    'micron',
    'Microns',
    'micrometer',
    'micrometre',
    '\\u00B5m',
    'Âµm',
    ' µm ',
  ];
  expect(new Set(spellings.map(normalUnit))).toEqual(new Set(['µm']));
});

it('spells other lengths the same, keeps unknown ones, and takes pixels for no length', () => {
  expect(['nanometer', 'mm', 'inches', 'Å', 'furlong', 'pixel', '', null].map(normalUnit)).toEqual([
    'nm',
    'mm',
    'inch',
    'Å',
    'furlong',
    null,
    null,
    null,
  ]);
});

it('states all axes in the unit of x', () => {
  const axis = (size: number | undefined, unit: string | undefined) => ({ size, unit });
  const calibration = calibrationOf(axis(0.25, 'um'), axis(250, 'nm'), axis(0.001, 'mm'));
  expect(calibration?.unit).toBe('µm');
  expect(calibration?.pixelSize.y).toBeCloseTo(0.25, 12);
  expect(calibration?.pixelSize.z).toBeCloseTo(1, 12);
  expect(calibrationOf(axis(2, 'nm'), axis(2, 'nm'), axis(undefined, 'nm'))).toEqual({
    pixelSize: { x: 2, y: 2, z: null },
    unit: 'nm',
  });
  expect(calibrationOf(axis(2, 'µm'), axis(2, 'µm'), axis(1, 'furlong'))?.pixelSize.z).toBeNull();
});

it('has no calibration without a size or a length', () => {
  const axis = (size: number | undefined, unit: string | undefined) => ({ size, unit });
  expect(calibrationOf(axis(1, 'pixel'), axis(1, 'pixel'), axis(1, 'pixel'))).toBeNull();
  expect(calibrationOf(axis(0, 'µm'), axis(1, 'µm'), axis(1, 'µm'))).toBeNull();
  expect(calibrationOf(axis(1, 'µm'), axis(Number.NaN, 'µm'), axis(1, 'µm'))).toBeNull();
});
