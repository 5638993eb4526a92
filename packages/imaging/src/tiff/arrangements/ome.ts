import { damaged, ImageFileError } from '../../errors.js';
import { type OmeImage, planeTable } from '../../metadata/ome-image.js';
import { type OmeMetadata, parseOmeXml } from '../../metadata/ome-xml.js';
import type { ByteSource } from '../../source/byte-source.js';
import { pictureChannels } from '../../source/picture.js';
import type { Arrangement, PlanePlace } from '../arrangement.js';
import { isTiff, openTiff, textOf } from '../directory.js';
import type { TiffFiles } from '../files.js';
import { fullLevel, subLevels } from '../levels.js';
import { readPage, type TiffPage } from '../page.js';
import { meaningOf } from '../photometric.js';

/**
 * The first image of an OME-TIFF, whose planes may lie in several files. `name` is the file that was opened, whose
 * description is `xml`; another file may have the whole metadata.
 */
export async function arrangeOme(xml: string, name: string, files: TiffFiles): Promise<Arrangement> {
  const { metadata, holder } = await wholeMetadata(parseOmeXml(xml, name), name, files);
  const [image, ...others] = metadata.images;
  if (!image) throw damaged(name, 'its OME-XML describes no image');
  const fileOf = fileNaming(image, baseName(name), holder);
  const table = planeTable(image);
  const planeOf = (channel: number, slice: number, frame: number): PlanePlace | undefined => {
    const plane = table(channel, slice, frame);
    return plane && { file: fileOf(plane.file), page: plane.ifd, sample: plane.sample };
  };
  const start = planeOf(0, 0, 0) ?? { file: null, page: 0, sample: 0 };
  return files.use(start.file, async (pages) => {
    const page = await pages.page(start.page);
    const { samples } = page.layout;
    checkSize(image, page);
    if (image.samplesPerPage > samples) {
      throw damaged(
        name,
        `its OME-XML tells of ${image.samplesPerPage} samples in a pixel, which has ${samples}`,
      );
    }
    const rgb = meaningOf(page.layout, name).kind === 'rgb' && image.channels.length === 3 && samples === 3;
    return {
      format: 'OME-TIFF',
      channels: rgb && image.channels.every((c) => !c.colour) ? pictureChannels(3, { rgb }) : image.channels,
      colours: rgb ? 'rgb' : null,
      slices: image.slices,
      frames: image.frames,
      pixelSize: image.calibration?.pixelSize ?? null,
      unit: image.calibration?.unit ?? null,
      page,
      levels: [fullLevel(page), ...(await subLevels(pages, page))],
      others: others.length,
      planeOf,
    };
  });
}

/** Follows a file that only points to the one with the metadata; `holder` is that file's name, null for the own one. */
async function wholeMetadata(
  own: OmeMetadata,
  name: string,
  files: TiffFiles,
): Promise<{ readonly metadata: OmeMetadata; readonly holder: string | null }> {
  const holder = own.metadataFile;
  if (own.images.length > 0 || holder === null || holder === baseName(name))
    return { metadata: own, holder: null };
  const source = await files.bytesOf(holder);
  try {
    const metadata = parseOmeXml(await omeTextOf(source), source.name);
    return { metadata, holder };
  } finally {
    await source.close();
  }
}

/** The most bytes of a file that is all metadata. */
const MOST_XML = 2 ** 26;

async function omeTextOf(source: ByteSource): Promise<string> {
  if (isTiff(await source.read(0, Math.min(8, source.size)))) {
    const tiff = await openTiff(source);
    const { directory } = await readPage(tiff, tiff.first);
    return (await textOf(tiff, directory, 270)) ?? '';
  }
  if (source.size > MOST_XML) throw damaged(source.name, 'it is far too large for OME-XML');
  return new TextDecoder().decode(await source.read(0, source.size));
}

/**
 * How the metadata's file names are to be taken: null for the file that was opened. Where all planes lie in one
 * file, that is it, whatever it was called when it was written.
 */
function fileNaming(
  image: OmeImage,
  own: string,
  holder: string | null,
): (file: string | null) => string | null {
  const named = new Set(image.blocks.map(({ file }) => file));
  if (holder === null && named.size === 1) return () => null;
  return (file) => {
    const actual = file ?? holder;
    return actual === own ? null : actual;
  };
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function checkSize(image: OmeImage, { layout, tiff }: TiffPage): void {
  if (layout.width === image.width && layout.height === image.height) return;
  throw new ImageFileError({
    file: tiff.name,
    problem: `has pages of ${layout.width} x ${layout.height} pixels, while its OME-XML tells of ${image.width} x ${image.height}`,
    remedy: 'save it anew with Fiji or with the program that it came from',
  });
}
