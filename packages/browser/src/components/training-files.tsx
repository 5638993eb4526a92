import type { TrainingFiles } from '../work/messages.ts';
import { counted } from './counted.ts';
import { DropZone } from './drop-zone.tsx';
import { IMAGE_FILES } from './image-files.tsx';

/** What can be dropped for a training, in the order in which it is asked for. */
const KINDS = [
  {
    ...({ kind: 'images', label: 'Choose images', accept: IMAGE_FILES } as const),
    ...{ one: 'image', hint: 'PNG, TIFF, JPEG or BMP, all of one kind' },
  },
  {
    ...({ kind: 'masks', label: 'Choose masks', accept: IMAGE_FILES } as const),
    ...{ one: 'mask', hint: 'Each begins with the name of its image: cell1_mask.png for cell1.tif' },
  },
  {
    ...({ kind: 'weights', label: 'Choose pretrained weights', accept: '.safetensors' } as const),
    ...{ one: 'file', hint: 'Optional: an encoder (.safetensors) that has learned to see on other images' },
  },
] as const;

/** Places for the files of a training. */
export function TrainingFileZones({
  files,
  onFiles,
}: {
  readonly files: TrainingFiles;
  readonly onFiles: (files: TrainingFiles) => void;
}) {
  return KINDS.map(({ kind, label, accept, one, hint }) => (
    <DropZone
      key={kind}
      {...{ label, accept, hint }}
      onFiles={(chosen) => onFiles({ ...files, [kind]: kind === 'weights' ? chosen.slice(0, 1) : chosen })}
      chosen={counted(files[kind], one)}
      {...(kind === 'weights' ? { onRemove: () => onFiles({ ...files, weights: [] }) } : {})}
    />
  ));
}
