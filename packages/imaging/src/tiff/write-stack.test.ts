import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Image, newSamples, type SampleType } from '../image.js';
import { memorySink } from '../sink/byte-sink.js';
import { memorySource } from '../source/byte-source.js';
import { openImage } from '../source/open.js';
import { encodeTiff } from './encode.js';
import type { TiffStack } from './encode-stack.js';
import { fitsTiffStack, type TiffStackInParts, writeTiffStack } from './write-stack.js';

const picture = fc.record({
  width: fc.integer({ min: 1, max: 30 }),
  height: fc.integer({ min: 1, max: 30 }),
  channels: fc.integer({ min: 1, max: 4 }),
  slices: fc.integer({ min: 1, max: 2 }),
  frames: fc.integer({ min: 1, max: 2 }),
  dtype: fc.constantFrom<SampleType>('uint8', 'uint16', 'uint32', 'float32'),
  rgb: fc.boolean(),
});

function stackOf({ width, height, channels, slices, frames, dtype, rgb }: Shape): TiffStack {
  const samples = rgb ? 3 : 1;
  const count = rgb ? slices * frames : channels * slices * frames;
  const planes = Array.from({ length: count }, (_, plane): Image => {
    const data = newSamples(dtype, width * height * samples);
    for (let i = 0; i < data.length; i++) data[i] = ((i + plane) * 37) % 250;
    return { width, height, channels: samples, dtype, data };
  });
  const named = Array.from({ length: rgb ? 3 : channels }, (_, c) => ({ name: `C${c}`, colour: null }));
  return { planes, channels: named, slices, frames, pixelSize: { x: 0.5, y: 0.25, z: 2 }, unit: 'µm' };
}

type Shape = typeof picture extends fc.Arbitrary<infer Value> ? Value : never;

function inParts({ planes, ...stack }: TiffStack): TiffStackInParts {
  const [first] = planes;
  if (first === undefined) throw new RangeError('There is no plane.');
  const { width, height, dtype, channels } = first;
  return {
    ...{ ...stack, width, height, dtype, samples: channels === 3 ? 3 : 1 },
    async readRows(plane, y, rows) {
      const { data } = planes[plane] ?? first;
      const part = data.slice(y * width * channels, (y + rows) * width * channels);
      return { width, height: rows, channels, dtype, data: part };
    },
  };
}

describe('writeTiffStack', () => {
  it('writes the very bytes of encodeTiff', async () => {
    const forms = fc.constantFrom('imagej' as const, 'ome' as const);
    await fc.assert(
      fc.asyncProperty(picture, forms, async (shape, metadata) => {
        const stack = stackOf({
          ...shape,
          rgb: shape.rgb && (metadata === 'ome' || shape.dtype === 'uint8'),
        });
        const sink = memorySink('a.tif');
        await writeTiffStack(sink, inParts(stack), { metadata });
        expect(sink.bytes()).toEqual(encodeTiff(stack, { metadata }));
      }),
      { numRuns: 25 },
    );
  });

  it('asks for whole strips, a band of them at a time', async () => {
    const [width, height] = [600, 1000];
    const asked: number[] = [];
    const sink = memorySink('a.tif');
    const grey = {
      channels: [{ name: null, colour: null }],
      slices: 1,
      frames: 1,
      pixelSize: null,
      unit: null,
    };
    await writeTiffStack(
      sink,
      {
        ...{ ...grey, width, height, dtype: 'uint16', samples: 1 },
        async readRows(_, y, rows) {
          asked.push(rows);
          const data = new Uint16Array(width * rows).fill(y + 1);
          return { width, height: rows, channels: 1, dtype: 'uint16', data };
        },
      },
      { metadata: 'ome', bandBytes: 600_000 },
    );
    expect(asked).toEqual([436, 436, 128]);
    const source = await openImage(memorySource(sink.bytes(), 'a.tif'));
    const last = await source.readRegion({ x: 17, y: height - 1, width: 1, height: 1 });
    expect(last.data[0]).toBe(height - (asked.at(-1) ?? 0) + 1);
  });

  it('knows what is too large for ImageJ', () => {
    const large = {
      width: 50_000,
      height: 50_000,
      dtype: 'uint16',
      samples: 1,
      slices: 1,
      frames: 1,
    } as const;
    const stack = { ...large, channels: [{ name: null, colour: null }], pixelSize: null, unit: null };
    expect(fitsTiffStack(stack, 'imagej')).toBe(false);
    expect(fitsTiffStack(stack, 'ome')).toBe(true);
  });
});
