import { SelectionError } from '../errors.js';
import type { ImageInfo } from '../source/image-source.js';
import { missing } from './selection-error.js';

/** The indices of channels that are named or numbered as in `Selection`. Throws a SelectionError. */
export function channelIndices(
  { channels }: Pick<ImageInfo, 'channels'>,
  wanted: readonly (number | string)[],
  file: string,
): number[] {
  const names = channels.map(({ name }) => key(name ?? ''));
  const indices = wanted.map((choice) => {
    const [found, ...others] = typeof choice === 'number' ? byNumber(choice) : byName(choice);
    if (found === undefined) throw missing(file, `channel ${JSON.stringify(choice)}`, channelsOf(channels));
    if (others.length > 0) throw ambiguous(file, choice, [found, ...others]);
    return found;
  });
  const twice = indices.find((index, at) => indices.indexOf(index) !== at);
  if (twice === undefined) return indices;
  throw new SelectionError({
    file,
    problem: `has its channel ${twice + 1} chosen twice`,
    remedy: 'name each channel once',
  });

  function byNumber(number: number): number[] {
    return channels[number - 1] === undefined ? called(String(number)) : [number - 1];
  }

  function byName(name: string): number[] {
    const found = called(name);
    const number = Number(name);
    const isPlace = name.trim() !== '' && channels[number - 1] !== undefined;
    return found.length === 0 && isPlace ? [number - 1] : found;
  }

  function called(name: string): number[] {
    return names.flatMap((other, index) => (other !== '' && other === key(name) ? [index] : []));
  }
}

/** Names are compared whatever their capitals, and accented letters whether stored in one piece or two. */
function key(name: string): string {
  return name.trim().normalize('NFC').toLowerCase();
}

function channelsOf(channels: ImageInfo['channels']): string {
  const shown = channels.slice(0, MOST_LISTED).map(({ name }, index) => {
    return name === null ? `${index + 1}` : `${index + 1} (${name})`;
  });
  return shown.join(', ') + (channels.length > MOST_LISTED ? ` … ${channels.length}` : '');
}

const MOST_LISTED = 12;

function ambiguous(file: string, choice: number | string, found: readonly number[]): SelectionError {
  return new SelectionError({
    file,
    problem: `has several channels ${JSON.stringify(choice)} (${found.map((index) => index + 1).join(', ')})`,
    remedy: 'choose by number',
  });
}
