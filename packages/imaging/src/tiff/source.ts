import { damaged } from '../errors.js';
import { type Image, sampleTypeOf } from '../image.js';
import { isOmeXml } from '../metadata/ome-xml.js';
import type { ByteSource } from '../source/byte-source.js';
import { guarded } from '../source/guarded.js';
import { checkRegion, type ImageInfo, type ImageSource, type Region } from '../source/image-source.js';
import { type Arrangement, arrange, type PlanePlace } from './arrangement.js';
import { arrangeOme } from './arrangements/ome.js';
import { blockCache } from './block-cache.js';
import { openTiff } from './directory.js';
import { type Siblings, type TiffFiles, tiffFiles } from './files.js';
import { fullLevel, type LevelPlace } from './levels.js';
import { openPages, sameKind, type TiffPages } from './page.js';
import { interpret, meaningOf, opacitiesOf, opacitySample, sampleTypeRead } from './photometric.js';
import { type Plane, readPlanes } from './planes.js';

/** Bytes of unpacked strips and tiles that are kept for each picture. */
const CACHE_BYTES = 2 ** 26;

/** Opens a TIFF file of any kind: what it is now, its pixels when they are asked for. Closing it closes the bytes. */
export async function openTiffSource(source: ByteSource, siblings?: Siblings): Promise<ImageSource> {
  const pages = await openPages(await openTiff(source));
  const files = tiffFiles(pages, source.name, siblings);
  return tiffSource(await arrangeOrClose(files, () => arrange(pages, files)), files, source);
}

/** Opens an OME-XML text that lies beside the TIFF files that it describes. */
export async function openOmeCompanion(source: ByteSource, siblings?: Siblings): Promise<ImageSource> {
  const xml = new TextDecoder().decode(await source.read(0, source.size));
  if (!isOmeXml(xml)) throw damaged(source.name, 'its OME-XML is not whole');
  const files = tiffFiles(null, source.name, siblings);
  return tiffSource(await arrangeOrClose(files, () => arrangeOme(xml, source.name, files)), files, source);
}

async function arrangeOrClose(files: TiffFiles, work: () => Promise<Arrangement>): Promise<Arrangement> {
  try {
    return await work();
  } catch (error) {
    await files.close();
    throw error;
  }
}

function tiffSource(arrangement: Arrangement, files: TiffFiles, source: ByteSource): ImageSource {
  const info = infoOf(arrangement);
  const cache = blockCache(CACHE_BYTES);

  function placeOf(channel: number, slice: number, frame: number): PlanePlace {
    const place = arrangement.planeOf(channel, slice, frame);
    if (place) return place;
    throw damaged(
      source.name,
      `it lacks the plane of channel ${channel + 1}, slice ${slice + 1}, frame ${frame + 1}`,
    );
  }

  function readWindow(region: Region): Promise<Image> {
    const { channels = info.channels.map((_, channel) => channel), slice = 0, frame = 0 } = region;
    const level = arrangement.levels[region.level ?? 0] ?? fullLevel(arrangement.page);
    const palette = arrangement.colours === 'palette';
    const places = (palette ? [0] : channels).map((channel) => placeOf(channel, slice, frame));
    return withFiles(files, places, async (pagesOf) => {
      const planes: Plane[] = [];
      for (const place of places) planes.push(await planeAt(place, pagesOf(place.file), level, arrangement));
      const stored = await readPlanes(planes, region, cache);
      const data = await interpret(stored, planes[0]?.page ?? arrangement.page, palette ? channels : null);
      const { width, height } = region;
      return { width, height, channels: channels.length, dtype: sampleTypeOf(data), data };
    });
  }

  const { layout } = arrangement.page;
  const opacity = opacitySample(layout, meaningOf(layout, source.name));

  function readOpacityOf(sample: number, { slice = 0, frame = 0, ...region }: Region): Promise<Uint8Array> {
    const level = arrangement.levels[region.level ?? 0] ?? fullLevel(arrangement.page);
    const place = { ...placeOf(0, slice, frame), sample };
    return withFiles(files, [place], async (pagesOf) => {
      const plane = await planeAt(place, pagesOf(place.file), level, arrangement);
      return opacitiesOf(await readPlanes([plane], region, cache), layout);
    });
  }

  return {
    info,
    async readRegion(region) {
      checkRegion(info, region);
      return guarded(source.name, () => readWindow(region));
    },
    ...(opacity === undefined
      ? {}
      : {
          async readOpacity(region: Region) {
            checkRegion(info, region);
            return guarded(source.name, () => readOpacityOf(opacity, region));
          },
        }),
    async close() {
      await files.close();
      await source.close();
    },
  };
}

function infoOf({ page, levels, ...arrangement }: Arrangement): ImageInfo {
  const { layout } = page;
  return {
    format: arrangement.format,
    width: layout.width,
    height: layout.height,
    channels: arrangement.channels,
    rgb: arrangement.colours !== null,
    slices: arrangement.slices,
    frames: arrangement.frames,
    dtype: sampleTypeRead(layout),
    storedType: `${layout.format}${layout.bits}`,
    pixelSize: arrangement.pixelSize,
    unit: arrangement.unit,
    ...(arrangement.frameInterval ? { frameInterval: arrangement.frameInterval } : {}),
    levels: levels.map(({ width, height }) => ({ width, height })),
    ...(arrangement.others ? { others: arrangement.others } : {}),
  };
}

/** Opens all files that planes lie in, and keeps them open for the time of the work. */
function withFiles<T>(
  files: TiffFiles,
  places: readonly PlanePlace[],
  work: (pagesOf: (file: string | null) => TiffPages) => Promise<T>,
): Promise<T> {
  const opened = new Map<string | null, TiffPages>();
  const next = ([file, ...others]: readonly (string | null)[]): Promise<T> => {
    if (file === undefined) {
      return work((name) => {
        const pages = opened.get(name);
        if (!pages) throw new RangeError(`The file ${name} is not open.`);
        return pages;
      });
    }
    return files.use(file, (pages) => {
      opened.set(file, pages);
      return next(others);
    });
  };
  return next([...new Set(places.map(({ file }) => file))]);
}

/** The plane at a place in the resolution that is asked for, checked to be like the picture's other planes. */
async function planeAt(
  { page: number, sample, byteOffset = 0 }: PlanePlace,
  pages: TiffPages,
  level: LevelPlace,
  { page: model }: Arrangement,
): Promise<Plane> {
  const page = await level.pageOf(pages, number);
  const { width, height, samples } = page.layout;
  if (width !== level.width || height !== level.height || !sameKind(page.layout, model.layout)) {
    throw damaged(
      page.tiff.name,
      `page ${number + 1} has another size or type than the picture's other pages`,
    );
  }
  if (sample >= samples)
    throw damaged(page.tiff.name, `page ${number + 1} has only ${samples} samples in a pixel`);
  return { page, sample, shift: byteOffset };
}
