import { isOmeXml } from '../metadata/ome-xml.js';
import type { Channel, ImageInfo } from '../source/image-source.js';
import { arrangeImageJ } from './arrangements/imagej.js';
import { arrangeLsm } from './arrangements/lsm.js';
import { arrangeOme } from './arrangements/ome.js';
import { arrangePages } from './arrangements/pages.js';
import { textOf } from './directory.js';
import type { TiffFiles } from './files.js';
import type { LevelPlace } from './levels.js';
import type { TiffPage, TiffPages } from './page.js';

// TIFF knows pages and samples. What they are of a picture, a channel, a slice or a point in time, is told by the
// metadata of the program that wrote the file, each in its own way.

/** Where one plane of a picture is. */
export interface PlanePlace {
  /** A file beside the one that was opened, null for that one. */
  readonly file: string | null;
  /** Page of that file, from 0, and sample of its pixels. */
  readonly page: number;
  readonly sample: number;
  /** Added to where the page's pixels lie, for planes that have no page of their own. */
  readonly byteOffset?: number;
}

/** How the pages of a file make up a picture. */
export interface Arrangement {
  readonly format: ImageInfo['format'];
  readonly channels: readonly Channel[];
  /** `palette` stands for three channels that are looked up for one sample. */
  readonly colours: 'rgb' | 'palette' | null;
  readonly slices: number;
  readonly frames: number;
  readonly pixelSize: ImageInfo['pixelSize'];
  readonly unit: string | null;
  /** Seconds from frame to frame. */
  readonly frameInterval?: number | null;
  /** A page of full resolution; all others of the picture are like it. */
  readonly page: TiffPage;
  readonly levels: readonly LevelPlace[];
  /** Pictures of the file that are no part of this one. */
  readonly others?: number;
  /** Undefined for a plane that the files lack. */
  planeOf(channel: number, slice: number, frame: number): PlanePlace | undefined;
}

/** Finds out how the pages make up a picture. Throws an ImageFileError for metadata that contradict the pages. */
export async function arrange(pages: TiffPages, files: TiffFiles): Promise<Arrangement> {
  const first = await pages.page(0);
  const lsm = await arrangeLsm(pages, first);
  if (lsm) return lsm;
  const description = (await textOf(first.tiff, first.directory, 270)) ?? '';
  if (isOmeXml(description)) return arrangeOme(description, pages.tiff.name, files);
  return (await arrangeImageJ(description, pages, first)) ?? arrangePages(pages, first);
}
