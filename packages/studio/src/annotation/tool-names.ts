import {
  IconArrowsJoin,
  IconArrowsMove,
  IconBrush,
  IconBucketDroplet,
  IconEraser,
  IconHandClick,
  IconLasso,
  IconScissors,
  IconTrash,
  IconWand,
} from '@tabler/icons-react';
import type { DrawingKind } from '../api.ts';

/** The tools with their keys and what they do. */
export const TOOLS = [
  { name: 'brush', label: 'Brush', key: 'b', icon: IconBrush, help: 'Paint; [ and ] change its size.' },
  {
    name: 'eraser',
    label: 'Eraser',
    key: 'e',
    icon: IconEraser,
    help: 'Take away; [ and ] change its size.',
  },
  {
    name: 'outline',
    label: 'Outline',
    key: 'p',
    icon: IconLasso,
    help: 'Draw around an object, or click corner by corner and press Enter; it is filled.',
  },
  {
    name: 'wand',
    label: 'Magic wand',
    key: 'w',
    icon: IconWand,
    help: 'Click: what is about as bright and hangs together is marked.',
  },
  {
    name: 'fill',
    label: 'Fill',
    key: 'f',
    icon: IconBucketDroplet,
    help: 'Click into a hole to fill it, or on an object to give it the chosen class.',
  },
  {
    name: 'split',
    label: 'Split object',
    key: 's',
    icon: IconScissors,
    help: 'Drag across an object to cut it in two.',
  },
  {
    name: 'merge',
    label: 'Merge objects',
    key: 'j',
    icon: IconArrowsJoin,
    help: 'Drag from one object to another: they become one.',
    of: 'objects',
  },
  {
    name: 'choose',
    label: 'Choose object',
    key: 'o',
    icon: IconHandClick,
    help: 'Click an object to go on with it; click the background to begin new ones again.',
    of: 'objects',
  },
  {
    name: 'delete',
    label: 'Delete object',
    key: 'd',
    icon: IconTrash,
    help: 'Click an object to remove it.',
  },
  {
    name: 'move',
    label: 'Move',
    key: 'm',
    icon: IconArrowsMove,
    help: 'Drag the image; with Space held every tool does so.',
  },
] as const satisfies readonly Tool[];

export type ToolName = (typeof TOOLS)[number]['name'];

interface Tool {
  readonly name: string;
  readonly label: string;
  readonly key: string;
  readonly icon: typeof IconBrush;
  readonly help: string;
  /** Only where drawings are of this kind. */
  readonly of?: DrawingKind;
}

/** The tools for a kind of drawing. */
export function toolsFor(kind: DrawingKind) {
  return TOOLS.filter((tool) => !('of' in tool) || tool.of === kind);
}
