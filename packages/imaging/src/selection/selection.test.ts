import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SelectionError } from '../errors.js';
import { type Image, newSamples, type SampleType } from '../image.js';
import { checkRegion, type ImageInfo, type ImageSource } from '../source/image-source.js';
import { readSelected, selectSource } from './select-source.js';
import { NO_SELECTION, planParts, planSelection, type Selection } from './selection.js';

function infoOf(more: Partial<ImageInfo>): ImageInfo {
  return {
    format: 'OME-TIFF',
    width: 2,
    height: 1,
    channels: [{ name: null, colour: null }],
    rgb: false,
    slices: 1,
    frames: 1,
    dtype: 'uint8',
    storedType: 'uint8',
    pixelSize: null,
    unit: null,
    levels: [{ width: 2, height: 1 }],
    ...more,
  };
}

const named = (...names: (string | null)[]) => ({ channels: names.map((name) => ({ name, colour: null })) });
const chosen = (more: Partial<Selection>): Selection => ({ ...NO_SELECTION, ...more });

/** A picture whose value at a place is given by a function. */
function sourceOf(
  info: ImageInfo,
  value: (at: { x: number; channel: number; slice: number; frame: number }) => number,
): ImageSource {
  return {
    info,
    async readRegion(region): Promise<Image> {
      checkRegion(info, region);
      const { slice = 0, frame = 0, x, width, height } = region;
      const channels = region.channels ?? info.channels.map((_, index) => index);
      const data = newSamples(info.dtype, width * height * channels.length);
      for (let i = 0; i < data.length; i++) {
        const channel = channels[i % channels.length] ?? 0;
        data[i] = value({ x: x + Math.floor(i / channels.length), channel, slice, frame });
      }
      return { width, height, channels: channels.length, dtype: info.dtype, data };
    },
    async close() {},
  };
}

describe('planSelection', () => {
  it('has nothing to say of a picture that leaves no choice', () => {
    expect(planSelection(infoOf({}), NO_SELECTION, 'a.tif')).toEqual({
      channels: [0],
      slices: [0],
      projection: null,
      frames: [0],
      notices: [],
    });
  });

  it('tells each choice that it makes', () => {
    const info = infoOf({ ...named('DAPI', null), slices: 4, frames: 3 });
    expect(planSelection(info, NO_SELECTION, 'a.tif')).toEqual({
      channels: [0, 1],
      slices: [0, 1, 2, 3],
      projection: 'max',
      frames: [0],
      notices: [
        { kind: 'channels', found: '2 channels (DAPI, 2)', taken: 'all are used' },
        { kind: 'z', found: '4 slices', taken: 'their maximum is used' },
        { kind: 'time', found: '3 points in time', taken: 'the first is used' },
      ],
    });
    expect(planSelection(info, { channels: ['dapi'], z: 'mean', time: 3 }, 'a.tif')).toMatchObject({
      channels: [0],
      projection: 'mean',
      frames: [2],
      notices: [],
    });
  });

  it('tells of other pictures in the file, whatever is chosen', () => {
    const notice = { kind: 'pictures', found: '3 pictures', taken: 'the first is used' };
    expect(planSelection(infoOf({ others: 2 }), NO_SELECTION, 'a.tif').notices).toEqual([notice]);
    expect(planParts(infoOf({ others: 2 }), chosen({ channels: [1] }), 'a.tif').notices).toEqual([notice]);
  });

  it('takes the colours of a colour picture together', () => {
    const info = infoOf({ ...named('Red', 'Green', 'Blue'), rgb: true });
    expect(planSelection(info, NO_SELECTION, 'a.png')).toMatchObject({ channels: [0, 1, 2], notices: [] });
  });

  it.each([
    [
      ['RFP', 1],
      [1, 0],
    ],
    [['2'], [1]],
    [[488], [2]],
    [[' gfp '], [0]],
  ])('finds channels by number and name: %j', (channels, indices) => {
    expect(planSelection(infoOf(named('GFP', 'RFP', '488')), chosen({ channels }), 'a.tif').channels).toEqual(
      indices,
    );
  });

  it.each([
    [{ channels: ['DAPI'] }, /^a\.tif has no channel "DAPI"; it has 1 \(GFP\), 2 \(RFP\), 3 \(RFP\); choose/],
    [{ channels: [4] }, /^a\.tif has no channel 4; it has/],
    [{ channels: [0] }, /^a\.tif has no channel 0; it has/],
    [{ channels: ['RFP'] }, /has several channels "RFP" \(2, 3\); choose by number/],
    [{ channels: ['GFP', 1] }, /has its channel 1 chosen twice/],
    [{ z: 3 }, /has no slice 3; it has 2, counted from 1/],
    [{ time: 2 }, /has no point in time 2; it has one/],
  ] as const)('names what is not there: %j', (selection, message) => {
    const info = infoOf({ ...named('GFP', 'RFP', 'RFP'), slices: 2 });
    const plan = () => planSelection(info, chosen(selection), 'a.tif');
    expect(plan).toThrow(SelectionError);
    expect(plan).toThrow(message);
  });
});

describe('readSelected', () => {
  const info = infoOf({ ...named('a', 'b'), slices: 3, frames: 2 });
  const source = sourceOf(info, ({ x, channel, slice, frame }) => x + 2 * channel + 10 * slice + 100 * frame);
  const read = async (selection: Partial<Selection>) => [
    ...(await readSelected(source, planSelection(info, chosen(selection), 'a.tif'))).data,
  ];

  it('reads channels in the order wanted, one slice and one time', async () => {
    expect(await read({ channels: [2, 1], z: 2, time: 2 })).toEqual([112, 110, 113, 111]);
  });

  it('projects slices', async () => {
    expect(await read({ channels: [1] })).toEqual([20, 21]);
    expect(await read({ channels: [1], z: 'mean' })).toEqual([10, 11]);
  });

  it('keeps slices and times that are not chosen as parts of their own', async () => {
    const parts = selectSource(source, planParts(info, chosen({ channels: ['b'], time: 2 }), 'a.tif'));
    expect(parts.info).toMatchObject({ ...named('b'), slices: 3, frames: 1 });
    const { data } = await parts.readRegion({ x: 1, y: 0, width: 1, height: 1, slice: 2 });
    expect([...data]).toEqual([123]);
    await expect(parts.readRegion({ x: 0, y: 0, width: 1, height: 1, frame: 1 })).rejects.toThrow(RangeError);
  });
});

describe('projections', () => {
  const types: readonly SampleType[] = ['uint8', 'uint16', 'uint32', 'float32'];

  it('are the maximum and the rounded mean of every pixel', async () => {
    const slices = fc.array(fc.array(fc.nat(255), { minLength: 2, maxLength: 2 }), {
      minLength: 2,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(slices, fc.constantFrom(...types), async (values, dtype) => {
        const info = infoOf({ dtype, slices: values.length });
        const source = sourceOf(info, ({ x, slice }) => values[slice]?.[x] ?? 0);
        const plan = (z: 'max' | 'mean') => planSelection(info, chosen({ z }), 'a.tif');
        const column = (x: number) => values.map((slice) => slice[x] ?? 0);
        const highest = await readSelected(source, plan('max'));
        expect([...highest.data]).toEqual([0, 1].map((x) => Math.max(...column(x))));
        const mean = await readSelected(source, plan('mean'));
        expect(mean.dtype).toBe(dtype);
        const means = [0, 1].map((x) => column(x).reduce((a, b) => a + b) / values.length);
        expect([...mean.data]).toEqual(means.map(dtype === 'float32' ? Math.fround : Math.round));
      }),
      { numRuns: 60 },
    );
  });
});
