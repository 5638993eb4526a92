import { decodeSafetensors, SafetensorsError, StateError } from '@deepflash/engine';
import { type FitTarget, fitEncoder, type StartingWeights } from '@deepflash/segmentation';
import { PageError } from './explain.ts';

/** Weights to start from, and what was done to make them fit, a sentence each. */
export interface Pretrained {
  readonly initial: StartingWeights;
  readonly notices: readonly string[];
}

/** The weights of an encoder from a dropped file. Throws a PageError for a file that is none, or one of another encoder. */
export async function readPretrained(file: File, target: FitTarget): Promise<Pretrained> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    const { weights, notices } = fitEncoder(target, decodeSafetensors(bytes).tensors);
    const sha256 = hexadecimal(await crypto.subtle.digest('SHA-256', bytes));
    const origin = { source: file.name, sha256, part: 'encoder', preprocessing: null } as const;
    return { initial: { weights, origin }, notices };
  } catch (error) {
    if (!(error instanceof StateError || error instanceof SafetensorsError)) throw error;
    throw new PageError(
      `${file.name} does not hold the weights of the encoder ${target.network.encoder}: choose the network that they are of. ${error.message}`,
    );
  }
}

function hexadecimal(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
