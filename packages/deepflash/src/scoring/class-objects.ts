import { type ClassMask, findClassObjects } from '@deepflash/imaging';
import type { LabelImage } from '@deepflash/segmentation';

/** The objects of a mask: regions of one class that touch, at corners too, each with its class. */
export function classObjects(mask: ClassMask): LabelImage {
  const { labels, classes } = findClassObjects(mask);
  return { ...labels, classes };
}
