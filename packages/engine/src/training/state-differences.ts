import { sameShape, sizeOf, type TensorType } from '../tensor.js';

/** What keeps `given` from being taken for `wanted`: missing names and other shapes. */
export function differencesOf(
  wanted: ReadonlyMap<string, TensorType>,
  given: ReadonlyMap<string, TensorType>,
): string[] {
  return [...wanted].flatMap(([name, { shape, dtype }]) => {
    const tensor = given.get(name);
    if (!tensor) return [`${name} is missing`];
    if (tensor.dtype !== dtype) return [`${name} is ${tensor.dtype}, not ${dtype}`];
    return sameShape(shape, tensor.shape) || (sizeOf(shape) === 1 && sizeOf(tensor.shape) === 1)
      ? []
      : [`${name} has the shape [${tensor.shape.join(', ')}], not [${shape.join(', ')}]`];
  });
}
