/** Files of other formats, told by how they begin: what they are, and how they come to be read. */

export interface OtherFormat {
  /** The rest of a sentence that starts with the file `is`. */
  readonly name: string;
  readonly remedy: string;
}

const WITH_BIO_FORMATS = 'open it in Fiji (File > Import > Bio-Formats) and save it as OME-TIFF';
const AS_PNG = 'save it as PNG or TIFF, for example with Fiji';

/** What bytes are that are no picture which is read here. */
export function otherFormat(start: Uint8Array): OtherFormat {
  const text = String.fromCharCode(...start.subarray(0, 512));
  const found = BEGINNINGS.find(({ at = 0, text: begins }) => text.startsWith(begins, at));
  if (found !== undefined) return { name: found.name, remedy: found.remedy ?? AS_PNG };
  if (/^\s*<(!doctype html|html)/i.test(text)) {
    return { name: 'a web page', remedy: 'download the file itself; the page may ask you to log in first' };
  }
  if (text.length > 0 && !/[^\t\n\r\x20-\x7e]/.test(text)) {
    return { name: 'a text', remedy: 'check that it is the file that you mean' };
  }
  return { name: 'of an unknown format', remedy: AS_PNG };
}

interface Beginning {
  readonly at?: number;
  readonly text: string;
  readonly name: string;
  readonly remedy?: string;
}

const BEGINNINGS: readonly Beginning[] = [
  { text: 'ZISRAWFILE', name: 'a Zeiss CZI file', remedy: WITH_BIO_FORMATS },
  { text: '\xda\xce\xbe\x0a', name: 'a Nikon ND2 file', remedy: WITH_BIO_FORMATS },
  { text: '\x70\0\0\0', name: 'a Leica LIF file', remedy: WITH_BIO_FORMATS },
  {
    text: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
    name: 'a compound file, such as those of Olympus (OIB) and older Zeiss programs (ZVI)',
    remedy: WITH_BIO_FORMATS,
  },
  {
    text: '\x89HDF\r\n\x1a\n',
    name: 'an HDF5 file, such as those of Imaris and ilastik',
    remedy: WITH_BIO_FORMATS,
  },
  { text: 'DICM', at: 128, name: 'a DICOM file', remedy: WITH_BIO_FORMATS },
  { text: 'GIF8', name: 'a GIF image' },
  { text: 'WEBP', at: 8, name: 'a WebP image' },
  { text: 'ftyp', at: 4, name: 'an HEIC, AVIF or MP4 file' },
  { text: '\0\0\0\x0cjP  ', name: 'a JPEG 2000 image' },
  { text: '\xff\x4f\xff\x51', name: 'a JPEG 2000 image' },
  { text: '8BPS', name: 'a Photoshop document' },
  { text: '%PDF', name: 'a PDF document' },
  { text: '\x93NUMPY', name: 'a NumPy array', remedy: 'save it as TIFF, for example with tifffile.imwrite' },
  { text: 'Iout', name: 'an ImageJ region', remedy: 'name the image that it was drawn on' },
  { text: 'PK\x03\x04', name: 'a ZIP archive', remedy: 'unpack it, and name the images in it' },
];
