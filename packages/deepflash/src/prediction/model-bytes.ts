import { readBytes } from '../bytes.js';
import { messageOf, UsageError } from '../errors.js';
import { refusePickle } from '../weights/weights-file.js';
import { type ForeignNetwork, readForeignModel } from './foreign-model.js';

/**
 * The bytes of a model file, or of what weights of another program (.safetensors) are as one.
 *
 * @param foreign what network those weights are of, where no file beside them says it
 * @throws UsageError for a file that cannot be read
 */
export async function modelBytes(file: string, foreign: ForeignNetwork): Promise<Uint8Array> {
  refusePickle(file, '--model');
  if (/\.safetensors$/i.test(file)) return readForeignModel(file, foreign);
  try {
    return await readBytes(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${messageOf(error)}): check the path.`);
  }
}
