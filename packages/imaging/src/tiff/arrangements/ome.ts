import { damaged, ImageFileError } from '../../errors.js';
import { type OmeImage, type OmeParts, partsIn, planeTable } from '../../metadata/ome-image.js';
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
 * The image of an OME-TIFF whose planes the opened file holds. Of an image in several files it is the slices and frames
 * of the opened one, of which others may hold channels; a file of metadata alone stands for the whole of its first
 * image. `name` is the file that was opened, whose description is `xml`; another file may have the whole metadata.
 */
export async function arrangeOme(xml: string, name: string, files: TiffFiles): Promise<Arrangement> {
  const { metadata, holder } = await wholeMetadata(parseOmeXml(xml, name), name, files);
  const { image, others, fileOf } = chosenImage(metadata.images, name, holder, files);
  const parts = await partsOfFile(image, fileOf, files);
  const table = planeTable(image);
  const planeOf = (channel: number, slice: number, frame: number): PlanePlace | undefined => {
    const plane = table(channel, parts?.slices[slice] ?? slice, parts?.frames[frame] ?? frame);
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
      slices: parts?.slices.length ?? image.slices,
      frames: parts?.frames.length ?? image.frames,
      pixelSize: image.calibration?.pixelSize ?? null,
      unit: image.calibration?.unit ?? null,
      frameInterval: image.frameInterval,
      page,
      levels: [fullLevel(page), ...(await subLevels(pages, page))],
      others,
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

/** The image that is read of those that the metadata tell of. */
interface ChosenImage {
  readonly image: OmeImage;
  /** How many further ones the opened file holds; those that lie in other files are read by opening these. */
  readonly others: number;
  /** Where a file of the metadata is: null for the one that was opened. */
  fileOf(file: string | null): string | null;
}

/** Throws an ImageFileError where the opened file is none of those that hold the images. */
function chosenImage(
  images: readonly OmeImage[],
  name: string,
  holder: string | null,
  { hasPages }: TiffFiles,
): ChosenImage {
  const [first, ...rest] = images;
  if (!first) throw damaged(name, 'its OME-XML describes no image');
  const own = baseName(name);
  const fileOf = (file: string | null): string | null => {
    const actual = file ?? holder;
    return actual === own ? null : actual;
  };
  if (!hasPages) return { image: first, others: rest.length, fileOf };
  const [image, ...others] = images.filter((one) => filesOf(one).some((file) => fileOf(file) === null));
  if (image) return { image, others: others.length, fileOf };
  const named = [...new Set(images.flatMap(filesOf).map(fileOf))];
  // Where all planes lie in one file, that is it, whatever it was called when it was written.
  if (holder === null && named.length === 1) return { image: first, others: rest.length, fileOf: () => null };
  if (rest.length === 0) return { image: first, others: 0, fileOf };
  throw new ImageFileError({
    file: name,
    problem: `is none of the files in which its OME-XML has its ${images.length} images (${named.slice(0, 3).join(', ')}${named.length > 3 ? ', …' : ''})`,
    remedy: 'give it the name that it had when it was written',
  });
}

/** The files that planes of an image lie in, as the metadata name them. */
function filesOf({ blocks }: OmeImage): (string | null)[] {
  return blocks.length === 0 ? [null] : blocks.map(({ file }) => file);
}

/** The slices and frames of which the opened file holds planes; undefined where it stands for the whole image. */
async function partsOfFile(
  image: OmeImage,
  fileOf: ChosenImage['fileOf'],
  files: TiffFiles,
): Promise<OmeParts | undefined> {
  const own = image.blocks.filter(({ file }) => fileOf(file) === null);
  if (!files.hasPages || own.length === 0 || own.length === image.blocks.length) return undefined;
  const pages = await files.use(null, async ({ directories }) => directories.length);
  const parts = partsIn(image, own, pages);
  return parts.slices.length === 0 ? undefined : parts;
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
