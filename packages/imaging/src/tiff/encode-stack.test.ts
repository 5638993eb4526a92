import fc from 'fast-check';
import { fromArrayBuffer } from 'geotiff';
import { describe, expect, it } from 'vitest';
import { type Image, newSamples, type SampleType } from '../image.js';
import { memorySource } from '../source/byte-source.js';
import { openImage } from '../source/open.js';
import { encodeTiff, type TiffOptions } from './encode.js';
import { fraction } from './encode-imagej.js';
import type { TiffStack } from './encode-stack.js';

const stacks: fc.Arbitrary<TiffStack> = fc
  .record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    channels: fc.integer({ min: 1, max: 9 }),
    slices: fc.integer({ min: 1, max: 3 }),
    frames: fc.integer({ min: 1, max: 3 }),
    dtype: fc.constantFrom<SampleType>('uint8', 'uint16', 'uint32', 'float32'),
    seed: fc.nat(1e6),
  })
  .map(({ width, height, channels, slices, frames, dtype, seed }) => ({
    planes: Array.from({ length: channels * slices * frames }, (_, p): Image => {
      const data = newSamples(dtype, width * height);
      for (let i = 0; i < data.length; i++) data[i] = ((i + 1) * (seed + p * 77)) / 3;
      return { width, height, channels: 1, dtype, data };
    }),
    channels: Array.from({ length: channels }, (_, c) => ({ name: `Färbung ${c} <&>`, colour: [c, 255, 9] })),
    slices,
    frames,
    pixelSize: { x: 0.25, y: 0.5, z: 2 },
    unit: 'µm',
  }));

function grey(...values: number[]): Image {
  return { width: values.length, height: 1, channels: 1, dtype: 'uint16', data: Uint16Array.from(values) };
}

const twoChannels: TiffStack = {
  planes: [grey(1, 2), grey(3, 4), grey(5, 6), grey(7, 8)],
  channels: [
    { name: 'Nuclei', colour: [0, 0, 255] },
    { name: 'β-Actin & "more"', colour: [255, 0, 0] },
  ],
  slices: 2,
  frames: 1,
  pixelSize: { x: 0.325, y: 0.325, z: 1.5 },
  unit: 'µm',
};

function text(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

/** The pages with photometric 0, dark on bright. */
function inverted(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly pages: number } {
  const field = bytes[0] === 0x49 ? [6, 1, 3, 0, 1, 0, 0, 0, 1, 0] : [1, 6, 0, 3, 0, 0, 0, 1, 0, 1];
  const copy = bytes.slice();
  let pages = 0;
  for (let at = 0; at < copy.length; at++) {
    if (!field.every((byte, i) => copy[at + i] === byte)) continue;
    copy.fill(0, at + 8, at + 10);
    pages++;
  }
  return { bytes: copy, pages };
}

describe('encodeTiff of a stack', () => {
  it('of ImageJ holds the same numbers however they are shown, and others what is seen', async () => {
    const ofImageJ = inverted(encodeTiff(twoChannels, { metadata: 'imagej' }));
    expect(ofImageJ.pages).toBe(4);
    const [first] = twoChannels.planes;
    const region = { x: 0, y: 0, width: 2, height: 1, channels: [0] };
    const source = await openImage(memorySource(ofImageJ.bytes, 'a.tif'));
    expect([...(await source.readRegion(region)).data]).toEqual([...(first?.data ?? [])]);
    const other = await openImage(
      memorySource(inverted(encodeTiff(twoChannels, { metadata: 'none' })).bytes, 'b.tif'),
    );
    expect([...(await other.readRegion(region)).data]).toEqual([65_534, 65_533]);
  });

  it('writes a page for each plane, which geotiff reads sample for sample', async () => {
    await fc.assert(
      fc.asyncProperty(
        stacks,
        fc.constantFrom<TiffOptions['metadata']>('imagej', 'ome', 'none'),
        fc.constantFrom<TiffOptions['compression']>('deflate', 'none', undefined),
        async (stack, metadata = 'none', compression) => {
          const options = { metadata, ...(compression && { compression }) };
          const tiff = await fromArrayBuffer(encodeTiff(stack, options).slice().buffer);
          expect(await tiff.getImageCount()).toBe(stack.planes.length);
          for (const [page, plane] of stack.planes.entries()) {
            const raster = await (await tiff.getImage(page)).readRasters({ interleave: true });
            expect(Array.from(raster as ArrayLike<number>)).toEqual(Array.from(plane.data));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells ImageJ the axes, the calibration and the channels', async () => {
    const bytes = encodeTiff(twoChannels);
    expect(text(bytes)).toContain(
      'ImageJ=1.54f\nimages=4\nchannels=2\nslices=2\nhyperstack=true\nmode=composite\n' +
        'unit=\\u00B5m\nspacing=1.5\nloop=false\nmin=1\nmax=6\n',
    );
    const page = await (await fromArrayBuffer(bytes.slice().buffer)).getImage();
    expect(await page.fileDirectory.loadValue('XResolution')).toEqual(Uint32Array.of(40, 13));
    expect(text(bytes)).toContain(
      'IJIJlabl\0\0\0\x04rang\0\0\0\x01luts\0\0\0\x02\0N\0u\0c\0l\0e\0i\x03\xb2\0-',
    );
  });

  it('puts the uncompressed planes of ImageJ in one piece', () => {
    const odd = (value: number): Image => ({
      ...{ width: 1, height: 1, channels: 1, dtype: 'uint8' },
      data: Uint8Array.of(value),
    });
    const bytes = encodeTiff({ ...twoChannels, planes: [odd(9), odd(8), odd(7), odd(6)] });
    expect([...bytes.slice(8, 12)]).toEqual([9, 8, 7, 6]);
  });

  it('writes OME-XML with channels, colours, sizes and the place of each page', () => {
    const xml = text(encodeTiff(twoChannels, { metadata: 'ome' }));
    for (const part of [
      'DimensionOrder="XYCZT" Type="uint16" SizeX="2" SizeY="1" SizeC="2" SizeZ="2" SizeT="1"',
      'PhysicalSizeX="0.325" PhysicalSizeXUnit="&#181;m"',
      'PhysicalSizeZ="1.5"',
      '<Channel ID="Channel:0:0" Name="Nuclei" SamplesPerPixel="1" Color="65535"/>',
      'Name="&#946;-Actin &#38; &#34;more&#34;" SamplesPerPixel="1" Color="-16776961"/>',
      '<TiffData IFD="3" PlaneCount="1" FirstC="1" FirstZ="1" FirstT="0"/>',
    ]) {
      expect(xml).toContain(part);
    }
  });

  it.each(['imagej', 'ome'] as const)(
    'keeps the time between frames and a size in inches (%s)',
    async (metadata) => {
      const film = { ...twoChannels, slices: 1, frames: 2, frameInterval: 90 };
      const bytes = encodeTiff(
        { ...film, pixelSize: { x: 0.001, y: 0.002, z: null }, unit: 'inch' },
        { metadata },
      );
      const { info } = await openImage(memorySource(bytes, 'a.tif'));
      expect(info).toMatchObject({ frames: 2, frameInterval: 90, unit: 'inch' });
      expect(info.pixelSize).toEqual({ x: 0.001, y: 0.002, z: null });
      expect(text(bytes)).toContain(
        metadata === 'ome' ? 'PhysicalSizeXUnit="in"' : 'unit=inch\nfinterval=90\n',
      );
    },
  );

  it('splits the channels of an image for ImageJ, and keeps RGB of 8 bit together', async () => {
    const data = Uint16Array.of(1, 2, 3, 4, 5, 6);
    const image = { width: 2, height: 1, channels: 3, dtype: 'uint16', data } as const;
    const apart = await fromArrayBuffer(encodeTiff(image, { metadata: 'imagej' }).slice().buffer);
    expect(await apart.getImageCount()).toBe(3);
    const eight = { ...image, dtype: 'uint8', data: Uint8Array.from(data) } as const;
    const together = await fromArrayBuffer(encodeTiff(eight, { metadata: 'imagej' }).slice().buffer);
    expect(await together.getImageCount()).toBe(1);
  });

  it('refuses planes that do not fit one another', () => {
    expect(() => encodeTiff({ ...twoChannels, slices: 3 })).toThrow(
      '2 channels, 3 slices and 1 frames are not 4 planes.',
    );
    expect(() => encodeTiff({ ...twoChannels, planes: [grey(1), grey(1, 2)], slices: 1 })).toThrow(
      RangeError,
    );
    expect(() => encodeTiff({ ...twoChannels, planes: [], slices: 0 })).toThrow(RangeError);
  });
});

describe('fraction', () => {
  it('finds the short form of decimal numbers', () => {
    expect(fraction(0.325)).toEqual([13, 40]);
    expect(fraction(1)).toEqual([1, 1]);
  });

  it('is as near as 31 bits allow', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 1e4, noNaN: true }), (value) => {
        const [numerator, denominator] = fraction(value);
        expect(Math.max(numerator, denominator)).toBeLessThan(2 ** 31);
        expect(Math.abs(numerator / denominator / value - 1)).toBeLessThan(1e-9);
      }),
    );
  });
});
