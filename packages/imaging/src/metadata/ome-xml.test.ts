import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ImageFileError } from '../errors.js';
import { planeTable } from './ome-image.js';
import { isOmeXml, parseOmeXml } from './ome-xml.js';

const ROOT = 'xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:own"';

it('reads sizes, calibration, channels and where planes are', () => {
  const { images, metadataFile } = parseOmeXml(
    `<?xml version="1.0" encoding="UTF-8"?><!-- a comment --><OME ${ROOT}><Image ID="Image:0" Name="A &amp; B">
     <Pixels DimensionOrder="XYZCT" PhysicalSizeX="0.25" PhysicalSizeXUnit="&#181;m" PhysicalSizeY="250"
       PhysicalSizeYUnit="nm" PhysicalSizeZ="1.0" SizeC="2" SizeT="1" SizeX="93" SizeY="131" SizeZ="3"
       SignificantBits="12" Type="uint16">
     <Channel ID="Channel:0:0" Name="DAPI" Color="65535" SamplesPerPixel="1"><LightPath/></Channel>
     <Channel ID="Channel:0:1" Name="GFP" Color="-16776961"/>
     <TiffData FirstC="0" IFD="0" PlaneCount="3"><UUID FileName="renamed.tif">urn:uuid:own</UUID></TiffData>
     <TiffData FirstC="1" IFD="4" PlaneCount="2"><UUID FileName="b.ome.tif">urn:uuid:other</UUID></TiffData>
     </Pixels></Image></OME>`,
    'a.ome.tif',
  );
  const [image] = images;
  expect(metadataFile).toBeNull();
  expect(image).toMatchObject({
    name: 'A & B',
    width: 93,
    height: 131,
    slices: 3,
    frames: 1,
    type: 'uint16',
  });
  expect(image?.calibration).toEqual({ pixelSize: { x: 0.25, y: 0.25, z: 1 }, unit: 'µm' });
  expect(image?.significantBits).toBe(12);
  expect(image?.channels).toEqual([
    { name: 'DAPI', colour: [0, 0, 255] },
    { name: 'GFP', colour: [255, 0, 0] },
  ]);
  const place = image && planeTable(image);
  expect(place?.(0, 2, 0)).toEqual({ file: null, ifd: 2, sample: 0 });
  expect(place?.(1, 1, 0)).toEqual({ file: 'b.ome.tif', ifd: 5, sample: 0 });
  expect(place?.(1, 2, 0)).toBeUndefined();
});

it('reads namespaces with a prefix and samples of one page', () => {
  const { images } = parseOmeXml(
    `<OME:OME xmlns:OME="http://www.openmicroscopy.org/Schemas/OME/2015-01"><OME:Image><OME:Pixels
     DimensionOrder="XYCZT" SizeX="4" SizeY="5" SizeC="3" SizeZ="2" SizeT="1" Type="float">
     <OME:Channel SamplesPerPixel="3" Name="RGB"/><OME:TiffData/></OME:Pixels></OME:Image></OME:OME>`,
    'x',
  );
  expect(images[0]).toMatchObject({ samplesPerPage: 3, type: 'float32', calibration: null });
  const place = images[0] && planeTable(images[0]);
  expect(place?.(2, 1, 0)).toEqual({ file: null, ifd: 1, sample: 2 });
});

it('reads the schema of 2003', () => {
  const { images } = parseOmeXml(
    `<OME xmlns="http://www.openmicroscopy.org/XMLschemas/OME/FC/ome.xsd"><Image Name="old" PixelSizeX="0.2"
     PixelSizeY="0.2" PixelSizeZ="1.2"><ChannelInfo Name="FITC"/><Pixels DimensionOrder="XYZCT"
     PixelType="Uint16" SizeX="2" SizeY="2" SizeC="1" SizeZ="2" SizeT="1"><TiffData IFD="3" NumPlanes="2"/>
     </Pixels></Image></OME>`,
    'old.tif',
  );
  expect(images[0]).toMatchObject({ name: 'old', type: 'uint16', channels: [{ name: 'FITC' }] });
  expect(images[0]?.calibration).toEqual({ pixelSize: { x: 0.2, y: 0.2, z: 1.2 }, unit: 'µm' });
  expect(images[0] && planeTable(images[0])(0, 1, 0)).toEqual({ file: null, ifd: 4, sample: 0 });
});

it('finds the companion', () => {
  const pointer = `<OME ${ROOT}><BinaryOnly MetadataFile="set.companion.ome" UUID="urn:uuid:set"/></OME>`;
  expect(parseOmeXml(pointer, 'x')).toEqual({ images: [], metadataFile: 'set.companion.ome' });
});

it('tells OME-XML from other descriptions', () => {
  expect(isOmeXml(`<?xml version="1.0"?><OME ${ROOT}></OME>`)).toBe(true);
  expect(isOmeXml('<OME:OME xmlns:OME="x"></OME:OME>\n\0')).toBe(true);
  expect(isOmeXml('ImageJ=1.53k')).toBe(false);
  expect(isOmeXml('<svg></svg>')).toBe(false);
});

describe('refuses, naming the file,', () => {
  const pixels = (attributes: string) => `<OME><Image><Pixels ${attributes}/></Image></OME>`;
  it.each([
    ['declared entities', '<!DOCTYPE OME [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><OME Name="&b;"/>'],
    ['other XML', '<svg/>'],
    ['no XML', 'ImageJ=1.53'],
    ['an open tag', '<OME><Image'],
    ['a missing end', '<OME><Image><Pixels SizeX="1"/>'],
    ['nested without end', '<OME>'.repeat(20_000)],
    ['a missing size', pixels('SizeX="1" SizeY="1" SizeZ="1" SizeC="1" Type="uint8"')],
    ['a huge channel count', pixels('SizeX="1" SizeY="1" SizeZ="1" SizeC="1000000000" SizeT="1"')],
    ['an unknown order', pixels('SizeX="1" SizeY="1" SizeZ="1" SizeC="1" SizeT="1" DimensionOrder="ZYX"')],
  ])('%s', (_, xml) => {
    expect(() => parseOmeXml(xml, 'a.ome.tif')).toThrow(ImageFileError);
    expect(() => parseOmeXml(xml, 'a.ome.tif')).toThrow(/^a\.ome\.tif /);
  });
});

const shared = new URL('../../../../../shared/data/formats/', import.meta.url);

describe.skipIf(!existsSync(shared))('real files (skipped without the shared data folder)', () => {
  it.each([
    ['qupath_cells/cells-2c.ome.tif', { width: 93, height: 131, slices: 1, type: 'uint8' }, 2, 1],
    ['qupath_cells/cells-2z.ome.tif', { width: 93, height: 131, slices: 2, type: 'uint8' }, 1, 1],
    ['qupath_cells/cells.ome.tif', { width: 93, height: 131, slices: 1, type: 'uint8' }, 3, 3],
    ['viv_avivator_data/multi-channel.ome.tif', { width: 439, height: 167, type: 'int8' }, 3, 1],
  ])('%s', (name, expected, channels, samplesPerPage) => {
    const text = readFileSync(new URL(name, shared), 'utf8');
    const xml = text.slice(text.indexOf('<?xml'), text.indexOf('</OME>') + 6);
    const [image] = parseOmeXml(xml, name).images;
    expect(image).toMatchObject({ ...expected, samplesPerPage });
    expect(image?.channels.length).toBe(channels);
    expect(image?.blocks.map((block) => block.file)).toEqual(image?.blocks.map(() => null));
  });
});
