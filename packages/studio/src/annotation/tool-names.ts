import {
  IconArrowsMove,
  IconBrush,
  IconBucketDroplet,
  IconEraser,
  IconLasso,
  IconScissors,
  IconTrash,
  IconWand,
} from '@tabler/icons-react';

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
] as const;

export type ToolName = (typeof TOOLS)[number]['name'];
