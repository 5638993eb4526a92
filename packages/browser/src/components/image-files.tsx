import { counted } from './counted.ts';
import { DropZone } from './drop-zone.tsx';

/** Endings of the image files that the page reads. */
export const IMAGE_FILES = '.png,.tif,.tiff,.jpg,.jpeg,.bmp';

interface ImageFilesProps {
  readonly files: readonly File[];
  readonly onFiles: (files: readonly File[]) => void;
}

/** A place for the images of a prediction. */
export function ImageFiles({ files, onFiles }: ImageFilesProps) {
  return (
    <DropZone
      label="Choose images"
      hint="PNG, TIFF, JPEG or BMP; files can be dragged here, too"
      accept={IMAGE_FILES}
      onFiles={onFiles}
      chosen={counted(files, 'image')}
    />
  );
}
