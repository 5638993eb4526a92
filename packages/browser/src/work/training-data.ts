/** Images and masks that were dropped, as a training takes them. */
import {
  classValues,
  decodeMask,
  type Image,
  MaskValueError,
  maskValues,
  matchMasks,
  NO_SELECTION,
  stem,
} from '@deepflash/imaging';
import {
  type ChannelStatistics,
  channelChoices,
  channelStatistics,
  type LabelledImage,
  toPlanes,
} from '@deepflash/segmentation';
import { openPicture } from '../images/open-picture.ts';
import { PageError } from './explain.ts';

export interface TrainingData {
  readonly images: readonly [LabelledImage, ...LabelledImage[]];
  /** As they are in the files, in the same order. */
  readonly pictures: readonly Image[];
  /** Mask value of each class. */
  readonly classValues: readonly number[];
  readonly statistics: ChannelStatistics;
  readonly notices: readonly string[];
}

/** Reads and checks them. Throws an error for people where they do not fit together. */
export async function readTrainingData(
  imageFiles: readonly File[],
  maskFiles: readonly File[],
): Promise<TrainingData> {
  const matched = matchMasks(names(imageFiles), names(maskFiles));
  const notices = matched.unmatchedImages.map((name) => `${name} has no mask and is left out.`);
  for (const name of matched.unmatchedMasks) notices.push(`${name} belongs to no image and is left out.`);
  for (const { images, masks } of matched.ambiguous) {
    throw new PageError(
      `It is not clear which of ${masks.join(', ')} belongs to ${images.join(' or ')}: a mask begins with the name of its image.`,
    );
  }
  if (matched.pairs.length === 0) {
    throw new PageError(
      'No mask belongs to an image: a mask begins with the name of its image, such as cell1_mask.png for cell1.tif.',
    );
  }
  const pairs: {
    readonly name: string;
    readonly image: Image;
    readonly mask: Image;
    readonly maskName: string;
  }[] = [];
  for (const { image, mask } of matched.pairs) {
    const [picture, drawing] = [
      await openPicture(fileOf(imageFiles, image), NO_SELECTION),
      await openPicture(fileOf(maskFiles, mask), NO_SELECTION),
    ];
    notices.push(...picture.notices);
    checkSizes(picture.image, drawing.image, image, mask);
    pairs.push({ name: stem(image), image: picture.image, mask: drawing.image, maskName: mask });
  }
  const channels = commonChannels(pairs);
  const values = classValues(pairs.map(({ mask, maskName }) => maskValues(mask, maskName)));
  if (pairs.every(({ mask, maskName }) => maskValues(mask, maskName).length < 2)) {
    throw new MaskValueError({
      file: 'the masks',
      problem: 'show one class alone, so there is nothing to tell apart',
      remedy: 'mark what is to be found, and leave the background 0',
      values,
    });
  }
  const statistics = channelStatistics();
  const images = pairs.map(({ name, image, mask, maskName }): LabelledImage => {
    const planes = toPlanes(image, channels);
    statistics.add(planes);
    return { name, planes, mask: decodeMask(mask, values, maskName) };
  });
  const [first, ...rest] = images;
  if (first === undefined) throw new PageError('There is no image to train on.');
  return {
    images: [first, ...rest],
    pictures: pairs.map(({ image }) => image),
    classValues: values,
    statistics: statistics.result(),
    notices,
  };
}

function names(files: readonly File[]): string[] {
  return files.map(({ name }) => name);
}

function fileOf(files: readonly File[], name: string): File {
  const found = files.find((file) => file.name === name);
  if (found === undefined) throw new PageError(`${name} is gone: choose it again.`);
  return found;
}

function checkSizes(image: Image, mask: Image, imageName: string, maskName: string): void {
  if (image.width === mask.width && image.height === mask.height) return;
  throw new PageError(
    `${maskName} has ${mask.width} x ${mask.height} pixels and its image ${imageName} ${image.width} x ${image.height}: ` +
      'save the mask in the size of its image.',
  );
}

/** The number of channels that all images can be taken to have. */
function commonChannels(pairs: readonly { readonly name: string; readonly image: Image }[]): number {
  const [first] = pairs;
  const choices = first === undefined ? [] : channelChoices(first.image);
  const common = choices.find((count) => pairs.every(({ image }) => channelChoices(image).includes(count)));
  if (common !== undefined) return common;
  const other = pairs.find(({ image }) => image.channels !== first?.image.channels) ?? first;
  throw new PageError(
    `${first?.name} has ${first?.image.channels} channels and ${other?.name} ${other?.image.channels}: train on images of one kind.`,
  );
}
