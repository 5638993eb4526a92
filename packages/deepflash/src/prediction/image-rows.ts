/** An image file as the networks read it: chosen channels, slice and time, some rows at a time. */
import {
  ImageFileError,
  type ImageInfo,
  planSelection,
  type Selection,
  type SelectionNotice,
  selectSource,
} from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';
import type { PlaneRows, Planes } from '@deepflash/segmentation';
import { channelChoices, toPlanes } from '../data/planes.js';

export interface ImageRows extends PlaneRows {
  readonly info: ImageInfo;
  /** Choices that were left open. */
  readonly notices: readonly SelectionNotice[];
  /** A window as [channels, height, width]. */
  readWindow(window: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }): Promise<Planes>;
  close(): Promise<void>;
}

/**
 * Opens an image file for networks that take so many channels.
 *
 * @throws ImageFileError also where the image cannot be taken to have so many channels; SelectionError.
 */
export async function openImageRows(
  path: string,
  selection: Selection,
  channels: number,
): Promise<ImageRows> {
  const opened = await openImageFile(path);
  try {
    const plan = planSelection(opened.info, selection, path);
    const source = selectSource(opened, plan);
    const { info } = source;
    const found = info.channels.length;
    const misfit = (): ImageFileError => otherChannels(path, found, channels);
    if (found !== channels && !(info.rgb && channels === 1)) throw misfit();
    const readWindow: ImageRows['readWindow'] = async (window) => {
      const image = await source.readRegion(window);
      if (!channelChoices(image).includes(channels)) throw misfit();
      return toPlanes(image, channels);
    };
    const { width, height } = info;
    return {
      ...{ channels, width, height, info, readWindow },
      notices: plan.notices,
      readRows: (first, count) => readWindow({ x: 0, y: first, width, height: count }),
      close: () => source.close(),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function otherChannels(file: string, found: number, wanted: number): ImageFileError {
  const numbers = Array.from({ length: wanted }, (_, index) => index + 1).join(',');
  return new ImageFileError({
    file,
    problem: `has ${found} ${found === 1 ? 'channel' : 'channels'}, but the networks were trained on images with ${wanted}`,
    remedy:
      found > wanted
        ? `choose ${wanted} of its channels with --channels, such as --channels ${numbers}, or save it as the training images were`
        : 'save it as the training images were',
  });
}
