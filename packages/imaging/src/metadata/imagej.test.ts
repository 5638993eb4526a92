import { expect, it } from 'vitest';
import { imageJCalibration, parseImageJ } from './imagej.js';

it('reads a composite of three channels', () => {
  const text =
    'ImageJ=1.53k\nimages=3\nchannels=3\nmode=composite\nunit=\\u00B5m\nloop=false\nmin=484.0\nmax=5821.0\n';
  const metadata = parseImageJ(text);
  expect(metadata).toEqual({
    version: '1.53k',
    images: 3,
    channels: 3,
    slices: 1,
    frames: 1,
    hyperstack: false,
    mode: 'composite',
    unit: 'µm',
    spacing: null,
    frameInterval: null,
    min: 484,
    max: 5821,
  });
});

it('reads a hyperstack with spacing and frame interval', () => {
  const text =
    'ImageJ=1.54f\nimages=120\nchannels=2\nslices=6\nframes=10\nhyperstack=true\nmode=grayscale\n' +
    'unit=micron\nspacing=1.5\nfinterval=30.25\nloop=false\n';
  const metadata = parseImageJ(text);
  expect(metadata).toMatchObject({ images: 120, channels: 2, slices: 6, frames: 10, hyperstack: true });
  expect(metadata).toMatchObject({ unit: 'µm', spacing: 1.5, frameInterval: 30.25 });
});

it('tells the frame interval in seconds', () => {
  const interval = (unit: string) =>
    parseImageJ(`ImageJ=1.54f\nframes=2\nfinterval=1.5\ntunit=${unit}\n`)?.frameInterval;
  expect(['min', 'ms', 'generations'].map(interval)).toEqual([90, 0.0015, null]);
});

it('takes numbers that contradict each other for a stack of slices', () => {
  expect(parseImageJ('ImageJ=1.53\nimages=7\nchannels=2\nslices=3\n')).toMatchObject({
    images: 7,
    channels: 1,
    slices: 7,
    frames: 1,
  });
  expect(parseImageJ('ImageJ=1.53\nimages=-4\nslices=1e99\n')).toMatchObject({ images: 1, slices: 1 });
});

it('knows what ImageJ did not write', () => {
  expect(parseImageJ('Created with GIMP')).toBeUndefined();
  expect(parseImageJ('about ImageJ=1.53')).toBeUndefined();
  expect(parseImageJ('')).toBeUndefined();
});

it('turns pixels per unit into a pixel size', () => {
  const metadata = parseImageJ('ImageJ=1.53f\nunit=\\u00B5m\nspacing=-2.0\n');
  expect(metadata && imageJCalibration(metadata, { x: 4, y: 6.25 })).toEqual({
    pixelSize: { x: 0.25, y: 0.16, z: 2 },
    unit: 'µm',
  });
  const none = parseImageJ('ImageJ=1.53f\n');
  expect(none && imageJCalibration(none, { x: 4, y: 4 })).toBeNull();
  expect(metadata && imageJCalibration(metadata, { x: 0, y: 4 })).toBeNull();
});
