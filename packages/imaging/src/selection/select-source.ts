import type { Image } from '../image.js';
import { checkRegion, type ImageInfo, type ImageSource, type Region } from '../source/image-source.js';
import { createProjector } from './projection.js';
import type { SelectionPlan } from './selection.js';

/**
 * The chosen parts of a picture as a picture of their own, which is read in windows as well; a projection reads its
 * slices one by one. Closing it closes the picture.
 */
export function selectSource(source: ImageSource, plan: SelectionPlan): ImageSource {
  const { channels, projection } = plan;
  const info: ImageInfo = {
    ...source.info,
    channels: channels.flatMap((channel) => source.info.channels[channel] ?? []),
    rgb: source.info.rgb && channels.length === 3 && channels.every((channel, at) => channel === at),
    slices: projection === null ? plan.slices.length : 1,
    frames: plan.frames.length,
  };
  const windowOf = (region: Region, slice: number | undefined): Region => {
    const { frame = 0, channels: wanted = channels.map((_, index) => index) } = region;
    return {
      ...region,
      channels: wanted.flatMap((channel) => channels[channel] ?? []),
      slice: slice ?? 0,
      frame: plan.frames[frame] ?? 0,
    };
  };
  const { readOpacity } = source;
  return {
    info,
    async readRegion(region) {
      checkRegion(info, region);
      if (projection === null) return source.readRegion(windowOf(region, plan.slices[region.slice ?? 0]));
      const projector = createProjector(projection);
      for (const each of plan.slices) projector.add(await source.readRegion(windowOf(region, each)));
      return projector.result();
    },
    // A projection is of several planes, which may be opaque in different places.
    ...(readOpacity === undefined || projection !== null
      ? {}
      : {
          async readOpacity(region: Region) {
            checkRegion(info, region);
            return readOpacity(windowOf(region, plan.slices[region.slice ?? 0]));
          },
        }),
    close: () => source.close(),
  };
}

/** The chosen parts of a picture as one image in memory: the first slice and time of the plan, at full resolution. */
export async function readSelected(source: ImageSource, plan: SelectionPlan): Promise<Image> {
  const { width, height } = source.info;
  return selectSource(source, plan).readRegion({ x: 0, y: 0, width, height });
}
