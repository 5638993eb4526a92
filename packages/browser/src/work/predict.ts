/** An image through a model file, with the code that the command line uses. */
import type { Runtime } from '@deepflash/engine';
import {
  encodeMask,
  encodePng,
  encodeTiff,
  findClassObjects,
  NO_SELECTION,
  toDisplay,
} from '@deepflash/imaging';
import {
  channelChoices,
  openModel,
  type Prediction,
  predictWithModels,
  type SegmentationModel,
  toPlanes,
} from '@deepflash/segmentation';
import { openPicture } from '../images/open-picture.ts';
import { noModel, otherChannels } from './explain.ts';
import type { Predicted } from './messages.ts';

/** Opens a model that was dropped. Throws a PageError for other files. */
export async function openDropped(runtime: Runtime, file: File): Promise<SegmentationModel> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return openModel(runtime, bytes).catch((error: unknown) => {
    throw noModel(file.name, error);
  });
}

/** Predicts an image file. Throws an ImageFileError for one that does not fit the model. */
export async function predictDropped(
  model: SegmentationModel,
  file: File,
  augmentation: 'flips' | 'none',
  onTile: (done: number, total: number) => void,
): Promise<Predicted> {
  const start = performance.now();
  const { channels, selection } = model.description;
  const { image, notices } = await openPicture(file, { ...NO_SELECTION, ...selection });
  if (!channelChoices(image).includes(channels)) throw otherChannels(file.name, image.channels, channels);
  const prediction = await predictWithModels(toPlanes(image, channels), [model], { augmentation, onTile });
  const { width, height, classes, mask, uncertainty, uncertaintyScore } = prediction;
  const display = toDisplay(image);
  return {
    image: file.name,
    shown: { width, height, channels: display.channels, data: bytes(display.data) },
    ...{ classes, mask, uncertainty, uncertaintyScore, notices },
    foreground: mask.reduce((sum, value) => sum + Number(value > 0), 0) / mask.length,
    objects: findClassObjects({ width, height, classes, data: mask }).labels.count,
    files: filesOf(prediction),
    seconds: (performance.now() - start) / 1000,
  };
}

/** As `deepflash predict` writes them. */
function filesOf({ width, height, classes, mask, uncertainty }: Prediction): Predicted['files'] {
  return {
    mask: encodePng(encodeMask({ width, height, classes, data: mask })),
    uncertainty: encodeTiff({ width, height, channels: 1, dtype: 'float32', data: uncertainty }),
  };
}

function bytes(data: ArrayLike<number>): Uint8Array {
  return data instanceof Uint8Array ? data : Uint8Array.from(data);
}
