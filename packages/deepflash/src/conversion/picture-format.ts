import type { ImageSource } from '@deepflash/imaging';

/** A picture that is to be written. */
export interface PictureToWrite {
  /** The chosen parts of a file. */
  readonly source: ImageSource;
  /** The file's name, for errors. */
  readonly file: string;
  /** Where it is written; nothing is there yet, or it may be replaced. */
  readonly out: string;
}

/** A kind of file that pictures are written as. */
export interface PictureFormat {
  readonly name: string;
  /** The endings of its files, in small letters. */
  readonly endings: readonly string[];
  /** Whether a file holds one plane, or all slices and points in time. */
  readonly holds: 'plane' | 'stack';
  /**
   * Writes the file, and returns a sentence for each thing that could not be kept.
   * Throws a WorkError for a picture that the format cannot hold, or a FileWriteError.
   */
  write(picture: PictureToWrite): Promise<readonly string[]>;
}
