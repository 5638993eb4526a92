import { decodeSafetensors, ModelSizeError } from '@deepflash/engine';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { describeModelFile, encodeEnsembleFile, networkShape } from '@deepflash/segmentation';
import { readBytes } from '../bytes.js';
import { foldFiles, runFiles } from '../runs/layout.js';
import type { Run } from '../runs/run.js';

/**
 * Writes `ensemble.onnx` of the networks of these folds of a run, with their weights.
 *
 * @returns a sentence where they are too large together for one ONNX file; undefined where all went well.
 * @throws FileWriteError
 */
export async function writeEnsemble(
  run: Run,
  numbers: readonly number[],
  weights: readonly number[],
): Promise<string | undefined> {
  const { testTimeAugmentation } = run.settings;
  const folds = numbers.map((fold) => foldFiles(run.path, fold));
  const networks = await Promise.all(
    folds.map(async (files) => decodeSafetensors(await readBytes(files.weights)).tensors),
  );
  const { startedFrom: _, ...description } = describeModelFile(await readBytes(folds[0]?.model ?? ''));
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
