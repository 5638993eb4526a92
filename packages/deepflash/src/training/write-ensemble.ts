import { decodeSafetensors, ModelSizeError } from '@deepflash/engine';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { describeModelFile, encodeEnsembleFile, networkShape } from '@deepflash/segmentation';
import { readBytes } from '../bytes.js';
import { foldFiles, runFiles } from '../runs/layout.js';
import type { Run } from '../runs/run.js';

/**
 * Writes `ensemble.onnx` of a run whose networks are all trained, with these weights of the networks.
 *
 * @returns a sentence where they are too large together for one ONNX file; undefined where all went well.
 * @throws FileWriteError
 */
export async function writeEnsemble(run: Run, weights: readonly number[]): Promise<string | undefined> {
  const { testTimeAugmentation } = run.settings;
  const folds = weights.map((_, index) => foldFiles(run.path, index + 1));
  const networks = await Promise.all(
    folds.map(async (files) => decodeSafetensors(await readBytes(files.weights)).tensors),
  );
  const { startedFrom: _, ...description } = describeModelFile(await readBytes(foldFiles(run.path, 1).model));
  const augmentation = testTimeAugmentation ? 'flips' : 'none';
  try {
    const file = encodeEnsembleFile(
      { ...networkShape(run.settings), classes: description.classes },
      { ...description, ensemble: { weights: [...weights], augmentation } },
      networks,
    );
    await writeFileAtomic(runFiles(run.path).ensemble, file);
    return undefined;
  } catch (error) {
    if (!(error instanceof ModelSizeError)) throw error;
    return `ensemble.onnx was not written, for the networks are too large together for one ONNX file (${error.message}); predict with the run itself.`;
  }
}
