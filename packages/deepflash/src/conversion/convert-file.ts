import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ImageInfo, planParts, planSelection, type Selection, selectSource } from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';
import { noticeSentences } from '../data/notices.js';
import { UsageError } from '../errors.js';
import { makeFolder } from '../writable.js';
import { formatOf } from './formats.js';

export interface Conversion {
  readonly file: string;
  /** Its ending says what is written. */
  readonly out: string;
  readonly selection: Selection;
  /** What to do with a file that is there. */
  readonly existing: 'keep' | 'replace';
}

export interface ConvertedFile {
  /** The kind of file that was written. */
  readonly format: string;
  /** What was written. */
  readonly info: ImageInfo;
  /** What was chosen unasked, and what could not be kept, a sentence each. */
  readonly notices: readonly string[];
}

/**
 * Writes the chosen parts of an image file as a file of another kind. What is not chosen is kept as a whole where the
 * other kind can hold it.
 *
 * @throws UsageError for an ending that is not written, or an output that is there or is the input; ImageFileError,
 *   SelectionError, WorkError, FileWriteError.
 */
export async function convertFile({ file, out, selection, existing }: Conversion): Promise<ConvertedFile> {
  const format = formatOf(out);
  if (existsSync(out)) {
    if (existsSync(file) && realpathSync(file) === realpathSync(out)) {
      throw new UsageError(`${out} is the file that is to be converted: choose another name.`);
    }
    if (existing === 'keep') {
      throw new UsageError(`${out} exists already: choose another name, or give --force to replace it.`);
    }
  }
  const whole = await openImageFile(file);
  try {
    const plan = (format.holds === 'plane' ? planSelection : planParts)(whole.info, selection, file);
    const source = selectSource(whole, plan);
    await makeFolder(dirname(out));
    const losses = await format.write({ source, file, out });
    const notices = [...noticeSentences([{ file, notices: plan.notices }]), ...losses];
    return { format: format.name, info: source.info, notices };
  } finally {
    await whole.close();
  }
}
