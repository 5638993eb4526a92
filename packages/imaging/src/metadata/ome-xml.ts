import { XMLParser } from 'fast-xml-parser';
import { damaged } from '../errors.js';
import { type OmeImage, type OmeOrder, omeChannels, type TiffBlock } from './ome-image.js';
import { secondsOf } from './time-units.js';
import { calibrationOf } from './units.js';

// OME-XML is the description that OME-TIFF files carry in the ImageDescription of their first page. Schemas from
// 2003 to 2016 differ in few of the things that are read here: the pixel type was once called PixelType, the
// pixel size stood on the Image, channels were LogicalChannel or ChannelInfo, PlaneCount was NumPlanes, and
// sizes were always in micrometres.

/** What an OME-XML text says. */
export interface OmeMetadata {
  readonly images: readonly OmeImage[];
  /** The file that holds the metadata of the whole set, where this text is only a pointer to it. */
  readonly metadataFile: string | null;
}

const MOST_CHARACTERS = 2 ** 26;
const MOST_CHANNELS = 2 ** 16;

/**
 * Reads OME-XML. Planes that belong to the file with the text's own UUID have no file name, whatever the file was
 * called when it was written. Throws an ImageFileError that names `file` for a text that is no OME-XML, declares
 * entities, or is longer than 64 million characters.
 */
export function parseOmeXml(xml: string, file: string): OmeMetadata {
  const ome = rootOf(xml, file);
  const [binaryOnly] = children(ome, 'BinaryOnly');
  const uuid = attribute(ome, 'UUID');
  return {
    images: children(ome, 'Image').flatMap((image) => imageOf(image, uuid, file)),
    metadataFile: (binaryOnly && attribute(binaryOnly, 'MetadataFile')) ?? null,
  };
}

/** Whether an ImageDescription is OME-XML. */
export function isOmeXml(description: string): boolean {
  return /<(\w+:)?OME[\s>]/.test(description.slice(0, 4096));
}

interface Element {
  readonly [name: string]: unknown;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  // Nothing is expanded while parsing: a few of these in a small text can make a huge one.
  processEntities: false,
  stopNodes: ['OME.StructuredAnnotations', 'OME.ROI', 'OME.Plate', '..Plane', '..BinData'],
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});

function rootOf(xml: string, file: string): Element {
  if (xml.length > MOST_CHARACTERS || /<!(DOCTYPE|ENTITY)/i.test(xml)) {
    throw damaged(file, 'its OME-XML is not what microscope software writes');
  }
  const text = xml.replace(/[\0\s]+$/, '');
  let parsed: unknown;
  try {
    parsed = parser.parse(text);
  } catch (error) {
    throw damaged(file, 'its OME-XML cannot be read', error);
  }
  // The parser takes the end of the text for the end of all elements.
  if (!/<\/(\w+:)?OME>$/.test(text.slice(-64))) throw damaged(file, 'its OME-XML has no end');
  const [ome] = isElement(parsed) ? children(parsed, 'OME') : [];
  if (!ome) throw damaged(file, 'its OME-XML has no OME element');
  return ome;
}

function imageOf(image: Element, uuid: string | undefined, file: string): OmeImage[] {
  const [pixels] = children(image, 'Pixels');
  if (!pixels) return [];
  const width = size(pixels, 'SizeX', file);
  const height = size(pixels, 'SizeY', file);
  const sizeC = size(pixels, 'SizeC', file);
  if (sizeC > MOST_CHANNELS) throw damaged(file, `its OME-XML declares ${sizeC} channels`);
  const axis = (name: 'X' | 'Y' | 'Z') => ({
    size: number(attribute(pixels, `PhysicalSize${name}`) ?? attribute(image, `PixelSize${name}`)),
    unit: attribute(pixels, `PhysicalSize${name}Unit`) ?? 'µm',
  });
  return [
    {
      name: attribute(image, 'Name') ?? children(image, 'Name').map(textOf)[0] ?? null,
      width,
      height,
      slices: size(pixels, 'SizeZ', file),
      frames: size(pixels, 'SizeT', file),
      ...omeChannels(channelsOf(pixels, image), sizeC),
      order: orderOf(attribute(pixels, 'DimensionOrder'), file),
      type: typeOf(attribute(pixels, 'Type') ?? attribute(pixels, 'PixelType') ?? ''),
      significantBits: number(attribute(pixels, 'SignificantBits')) ?? null,
      calibration: calibrationOf(axis('X'), axis('Y'), axis('Z')),
      frameInterval: secondsOf(
        number(attribute(pixels, 'TimeIncrement')),
        attribute(pixels, 'TimeIncrementUnit'),
      ),
      blocks: children(pixels, 'TiffData').map((block) => blockOf(block, uuid)),
    },
  ];
}

function channelsOf(pixels: Element, image: Element) {
  const modern = children(pixels, 'Channel');
  const elements =
    modern.length > 0 ? modern : [...children(image, 'LogicalChannel'), ...children(image, 'ChannelInfo')];
  return elements.map((channel) => ({
    name: attribute(channel, 'Name') || null,
    colour: colourOf(attribute(channel, 'Color')),
    samples: number(attribute(channel, 'SamplesPerPixel')) ?? 1,
  }));
}

/** A signed 32-bit integer of red, green, blue and alpha, from the highest byte. */
function colourOf(text: string | undefined): readonly [number, number, number] | null {
  const value = number(text);
  if (value === undefined || !Number.isInteger(value)) return null;
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255];
}

function blockOf(block: Element, own: string | undefined): TiffBlock {
  const [target] = children(block, 'UUID');
  const ifd = count(attribute(block, 'IFD'));
  const planes = count(attribute(block, 'PlaneCount') ?? attribute(block, 'NumPlanes'));
  const elsewhere = target && (own === undefined || textOf(target) !== own);
  return {
    ifd: ifd ?? 0,
    channel: count(attribute(block, 'FirstC')) ?? 0,
    slice: count(attribute(block, 'FirstZ')) ?? 0,
    frame: count(attribute(block, 'FirstT')) ?? 0,
    planes: planes ?? (ifd === undefined ? Number.POSITIVE_INFINITY : 1),
    file: (elsewhere && attribute(target, 'FileName')) || null,
  };
}

const ORDERS = new Set<string>(['XYZCT', 'XYZTC', 'XYCTZ', 'XYCZT', 'XYTCZ', 'XYTZC']);

function isOrder(text: string): text is OmeOrder {
  return ORDERS.has(text);
}

function orderOf(text: string | undefined, file: string): OmeOrder {
  const order = text?.toUpperCase() ?? 'XYCZT';
  if (!isOrder(order)) throw damaged(file, `its OME-XML names the unknown dimension order ${text}`);
  return order;
}

/** Pixel types as they are called here; the schema of 2003 wrote them with capitals. */
function typeOf(text: string): string {
  const type = text.toLowerCase();
  if (type === 'float') return 'float32';
  if (type === 'double') return 'float64';
  return type === 'bit' ? 'uint1' : type;
}

function size(element: Element, name: string, file: string): number {
  const value = Number(attribute(element, name));
  if (Number.isSafeInteger(value) && value > 0 && value < 2 ** 31) return value;
  throw damaged(file, `its OME-XML gives no whole number above 0 for ${name}`);
}

function count(text: string | undefined): number | undefined {
  const value = number(text);
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function number(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null;
}

function children(parent: Element, name: string): Element[] {
  const found = parent[name];
  // An element that holds nothing but text is that text.
  return Array.isArray(found) ? found.map((child) => (isElement(child) ? child : { '#text': child })) : [];
}

function attribute(element: Element, name: string): string | undefined {
  const value = element[`@${name}`];
  return typeof value === 'string' ? decoded(value) : undefined;
}

function textOf(element: Element): string {
  const text = element['#text'];
  return typeof text === 'string' ? decoded(text).trim() : '';
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Replaces the five entities of XML and numbered characters, once. */
function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[String(name)] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
