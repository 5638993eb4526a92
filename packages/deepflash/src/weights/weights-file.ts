/** Reads weights from a file of any kind that holds them safely. */
import { createHash } from 'node:crypto';
import { decodeInitializers, decodeSafetensors, SafetensorsError, type Tensor } from '@deepflash/engine';
import { describeModelFile, type ModelDescription, ModelFileError } from '@deepflash/segmentation';
import { readBytes } from '../bytes.js';
import { messageOf, systemCode, UsageError, WorkError } from '../errors.js';

export interface WeightsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly sha256: string;
  /** What a model.onnx says of itself; undefined for weights alone. */
  readonly description?: ModelDescription;
}

/**
 * Reads a .safetensors file or a model.onnx of ours. Files of Python's pickle are refused unread, because reading one
 * runs whatever program is in it.
 *
 * @param setting the name of the setting that names the file, for the error
 * @throws UsageError for a file that cannot be read, WorkError for one that holds no weights.
 */
export async function readWeightsFile(path: string, setting: string): Promise<WeightsFile> {
  refusePickle(path, setting);
  const bytes = await bytesOf(path, setting);
  // Pickles and the archives that PyTorch puts them in, under whatever name.
  if ((bytes[0] === 0x80 && (bytes[1] ?? 9) <= 5) || (bytes[0] === 0x50 && bytes[1] === 0x4b)) {
    throw pickle(path, setting);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    const file = path.toLowerCase().endsWith('.onnx')
      ? modelFile(bytes)
      : { tensors: decodeSafetensors(bytes).tensors };
    if (file.tensors.size === 0) throw new SafetensorsError(['it holds no weights']);
    return { path, sha256, ...file };
  } catch (error) {
    if (!(error instanceof SafetensorsError || error instanceof ModelFileError)) throw error;
    throw new WorkError(`${path} cannot be used as ${setting}: ${error.message}`);
  }
}

/** Throws a UsageError for a file of Python's pickle by its ending, which says how it is converted. */
export function refusePickle(path: string, setting: string): void {
  if (/\.(pth|pt|bin|ckpt|pkl)$/i.test(path)) throw pickle(path, setting);
}

function modelFile(bytes: Uint8Array): Pick<WeightsFile, 'tensors' | 'description'> {
  return { description: describeModelFile(bytes), tensors: decodeInitializers(bytes) };
}

async function bytesOf(path: string, setting: string): Promise<Uint8Array> {
  try {
    return await readBytes(path);
  } catch (error) {
    const reason = systemCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    throw new UsageError(`${setting} names ${path}, which ${reason}: check the path.`);
  }
}

function pickle(path: string, setting: string): UsageError {
  const target = `${path.replace(/\.\w+$/, '')}.safetensors`;
  return new UsageError(
    `${setting} names ${path}, a file of Python's pickle, which could run any program when it is opened. If you trust ` +
      'it, convert it with PyTorch and name the result: python -c "import torch, safetensors.torch as s; ' +
      `d = torch.load('${path}', map_location='cpu'); d = d.get('state_dict', d); ` +
      `s.save_file({k: v.contiguous() for k, v in d.items()}, '${target}')"`,
  );
}
