import { ImageFileError } from '../errors.js';
import { omeAttributes } from './multiscales.js';
import { isObject, type ZarrNode } from './store.js';

/** The error for a group that is no picture, with what to name instead. */
export function noPicture(node: ZarrNode, name: string): ImageFileError {
  const attributes = omeAttributes(node);
  const well = firstOf(isObject(attributes.plate) ? attributes.plate.wells : undefined);
  if (well) return instead(name, 'is a plate of many pictures', `${well}/0`);
  const field = firstOf(isObject(attributes.well) ? attributes.well.images : undefined);
  if (field) return instead(name, 'is a well of several pictures', field);
  if (Array.isArray(attributes.labels) && typeof attributes.labels[0] === 'string') {
    return instead(name, 'is a list of label pictures', attributes.labels[0]);
  }
  if (attributes['bioformats2raw.layout'] !== undefined) {
    return instead(name, 'is a collection of pictures', '0');
  }
  return new ImageFileError({
    file: name,
    problem: 'is a Zarr group without a picture (it has no OME multiscales)',
    remedy: 'name the group in it that has them, or one of its arrays of two dimensions',
  });
}

function instead(name: string, problem: string, path: string): ImageFileError {
  return new ImageFileError({
    file: name,
    problem,
    remedy: `name one of them, for example ${name.replace(/\/$/, '')}/${path}`,
  });
}

function firstOf(list: unknown): string | undefined {
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return isObject(first) && typeof first.path === 'string' ? first.path : undefined;
}
