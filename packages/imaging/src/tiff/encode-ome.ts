import type { SampleType } from '../image.js';
import type { Channel } from '../source/image-source.js';
import type { TiffStack } from './encode-stack.js';

// The description of OME-TIFF (schema 2016-06, docs.openmicroscopy.org/ome-model): an XML text in the first page
// that says what the pages are. All of it is written in ASCII, as the field of TIFF is: other characters stand as
// references by number.

/** What the description says. */
export interface OmePicture extends Omit<TiffStack, 'planes'> {
  readonly width: number;
  readonly height: number;
  readonly dtype: SampleType;
  /** Channels in each page: 1, or 3 for RGB. */
  readonly samples: number;
}

/** The OME-XML of a picture whose pages follow one another with channels fastest, then Z, then time. */
export function omeDescription(picture: OmePicture): string {
  const { width, height, dtype, channels, slices, frames, samples } = picture;
  const pixels = attributes({
    ID: 'Pixels:0',
    DimensionOrder: 'XYCZT',
    Type: dtype === 'float32' ? 'float' : dtype,
    SizeX: width,
    SizeY: height,
    SizeC: channels.length,
    SizeZ: slices,
    SizeT: frames,
    BigEndian: 'false',
    Interleaved: samples === 1 ? 'false' : 'true',
    ...physicalSize(picture),
    ...timeIncrement(picture),
  });
  const listed = samples === 1 ? channels : [{ name: null, colour: null }];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"',
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    ' xsi:schemaLocation="http://www.openmicroscopy.org/Schemas/OME/2016-06',
    ' http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd">',
    `<Image ID="Image:0"><Pixels${pixels}>`,
    ...listed.map((channel, i) => channelElement(channel, i, samples)),
    ...pages(picture),
    '</Pixels></Image></OME>',
  ].join('');
}

function channelElement({ name, colour }: Channel, index: number, samples: number): string {
  return `<Channel${attributes({
    ID: `Channel:0:${index}`,
    ...(name === null ? {} : { Name: name }),
    SamplesPerPixel: samples,
    ...(colour === null ? {} : { Color: packed(colour) }),
  })}/>`;
}

/** Red, green, blue and an opacity of 255 as one signed number of 32 bits. */
function packed([red, green, blue]: readonly [number, number, number]): number {
  return (red << 24) | (green << 16) | (blue << 8) | 255;
}

function pages({ channels, slices, frames, samples }: OmePicture): string[] {
  const perSlice = channels.length / samples;
  return Array.from({ length: perSlice * slices * frames }, (_, page) => {
    const place = {
      FirstC: (page % perSlice) * samples,
      FirstZ: Math.floor(page / perSlice) % slices,
      FirstT: Math.floor(page / perSlice / slices),
    };
    return `<TiffData${attributes({ IFD: page, PlaneCount: 1, ...place })}/>`;
  });
}

/** The units of length that the schema knows. */
const UNITS = new Set(
  'Ym Zm Em Pm Tm Gm Mm km hm dam m dm cm mm µm nm pm fm am zm ym Å thou li in ft yd mi pixel'.split(' '),
);

/** How the schema spells units that are spelt otherwise here. */
const SPELLINGS: Readonly<Record<string, string>> = { inch: 'in' };

function physicalSize({ pixelSize, unit }: OmePicture): Record<string, string | number> {
  if (pixelSize === null) return {};
  const spelt = SPELLINGS[unit ?? ''] ?? unit;
  const written = spelt !== null && UNITS.has(spelt) ? spelt : 'reference frame';
  const { x, y, z } = pixelSize;
  return {
    PhysicalSizeX: x,
    PhysicalSizeXUnit: written,
    PhysicalSizeY: y,
    PhysicalSizeYUnit: written,
    ...(z === null ? {} : { PhysicalSizeZ: z, PhysicalSizeZUnit: written }),
  };
}

function timeIncrement({ frameInterval, frames }: OmePicture): Record<string, string | number> {
  if (!frameInterval || frames === 1) return {};
  return { TimeIncrement: frameInterval, TimeIncrementUnit: 's' };
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

function escaped(text: string): string {
  return [...text]
    .filter((letter) => letter >= ' ' && !/[\uD800-\uDFFF\uFFFE\uFFFF]/u.test(letter))
    .map((letter) => (/[&<>"]/.test(letter) || letter > '~' ? `&#${letter.codePointAt(0)};` : letter))
    .join('');
}
