/**
 * What of a picture is used. A file can hold many channels, slices and points in time; a network sees one plane of
 * some channels. What the user leaves open is filled in by a fixed rule (all channels, the maximum over the slices,
 * the first point in time), and each time the rule had a choice there is a notice, so that nothing is guessed in
 * silence.
 */
import type { ImageInfo } from '../source/image-source.js';
import { channelIndices } from './channel-choice.js';
import { missing } from './selection-error.js';

/** What the user asks for; null leaves it to the rule. */
export interface Selection {
  /**
   * Channels in the order wanted. A number counts from 1; a text is a name, whatever its capitals. A number that
   * there is no channel for can be a name (`488`), and a text that is no name a number.
   */
  readonly channels: readonly (number | string)[] | null;
  /** A slice, from 1, or a projection over all of them. */
  readonly z: number | Projection | null;
  /** A point in time, from 1. */
  readonly time: number | null;
}

/** How several slices become one: the largest of the values at each place, or their mean. */
export type Projection = 'max' | 'mean';

/** Nothing asked for. */
export const NO_SELECTION: Selection = { channels: null, z: null, time: null };

/** Which parts of a picture are used; all are indices from 0. */
export interface SelectionPlan {
  readonly channels: readonly number[];
  readonly slices: readonly number[];
  /** How the slices become one; null where each stays what it is. */
  readonly projection: Projection | null;
  readonly frames: readonly number[];
  readonly notices: readonly SelectionNotice[];
}

/** A choice that the user left open and that could have been another one. */
export interface SelectionNotice {
  readonly kind: 'pictures' | 'channels' | 'z' | 'time';
  /** What the file has: `3 channels (DAPI, GFP, RFP)`. */
  readonly found: string;
  /** What is made of it: `all are used`. */
  readonly taken: string;
}

/** How a picture is used when it is to become one plane: one slice or projection at one time. */
export function planSelection(info: ImageInfo, selection: Selection, file: string): SelectionPlan {
  const { slices, frames } = info;
  const parts = planParts(info, { ...selection, z: selection.z ?? 'max', time: selection.time ?? 1 }, file);
  const notices = [...parts.notices];
  if (selection.channels === null && info.channels.length > 1 && !info.rgb) {
    notices.push({ kind: 'channels', found: channelList(info), taken: 'all are used' });
  }
  if (selection.z === null && slices > 1) {
    notices.push({ kind: 'z', found: `${slices} slices`, taken: 'their maximum is used' });
  }
  if (selection.time === null && frames > 1) {
    notices.push({ kind: 'time', found: `${frames} points in time`, taken: 'the first is used' });
  }
  return { ...parts, notices };
}

/** As `planSelection`, but what is not asked for is kept as a whole, each slice and point in time. */
export function planParts(info: ImageInfo, selection: Selection, file: string): SelectionPlan {
  const { z, time } = selection;
  const all = (count: number) => Array.from({ length: count }, (_, index) => index);
  const projection = typeof z === 'string' && info.slices > 1 ? z : null;
  return {
    channels:
      selection.channels === null
        ? all(info.channels.length)
        : channelIndices(info, selection.channels, file),
    slices: typeof z === 'number' ? [numbered(z, info.slices, 'slice', file)] : all(info.slices),
    projection,
    frames: time === null ? all(info.frames) : [numbered(time, info.frames, 'point in time', file)],
    notices:
      info.others === undefined
        ? []
        : [{ kind: 'pictures', found: `${info.others + 1} pictures`, taken: 'the first is used' }],
  };
}

function channelList({ channels }: ImageInfo): string {
  const names = channels.map(({ name }) => name);
  return names.every((name) => name === null)
    ? `${channels.length} channels`
    : `${channels.length} channels (${names.map((name, index) => name ?? index + 1).join(', ')})`;
}

function numbered(number: number, count: number, thing: string, file: string): number {
  if (Number.isInteger(number) && number >= 1 && number <= count) return number - 1;
  throw missing(file, `${thing} ${number}`, count === 1 ? `one` : `${count}, counted from 1`);
}
