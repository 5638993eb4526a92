import { DropZone } from './drop-zone.tsx';

interface ImageFilesProps {
  readonly thing: 'image' | 'mask';
  readonly hint: string;
  readonly files: readonly File[];
  readonly onFiles: (files: readonly File[]) => void;
}

/** A place for image files, or for masks, with what was chosen. */
export function ImageFiles({ thing, hint, files, onFiles }: ImageFilesProps) {
  return (
    <DropZone
      label={`Choose ${thing}s`}
      hint={hint}
      accept=".png,.tif,.tiff,.jpg,.jpeg,.bmp"
      onFiles={onFiles}
      chosen={counted(files, thing)}
    />
  );
}

function counted(files: readonly File[], thing: string): string | null {
  if (files.length === 0) return null;
  return files.length === 1 ? (files[0]?.name ?? null) : `${files.length} ${thing}s`;
}
