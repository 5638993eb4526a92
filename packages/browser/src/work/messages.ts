/** What the page and its worker tell each other. */
import type { EncoderName } from '@deepflash/segmentation';

/** Where networks are computed; `auto` is WebGPU on a real graphics card, else WebAssembly. */
export type Compute = 'auto' | 'webgpu' | 'wasm';

/** Settings of a training in the page. */
export interface PageSettings {
  readonly encoder: EncoderName;
  readonly tileSize: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Whether one image is left out of the training to measure Dice on. */
  readonly heldOut: boolean;
}

/** The files of a training. */
export interface TrainingFiles {
  readonly images: readonly File[];
  readonly masks: readonly File[];
  /** At most one: an encoder's weights to start from. */
  readonly weights: readonly File[];
}

export type Request =
  | {
      readonly kind: 'predict';
      readonly compute: Compute;
      /** Where the files of ONNX Runtime lie. */
      readonly ortFolder: string;
      readonly model: File;
      readonly image: File;
      readonly flips: boolean;
    }
  | {
      readonly kind: 'train';
      readonly compute: Compute;
      readonly ortFolder: string;
      readonly files: TrainingFiles;
      readonly settings: PageSettings;
    }
  /** Ends a training after the step in progress; its model is kept. */
  | { readonly kind: 'stop' };

/** A picture for the eye, 8 bit with 1 or 3 channels. */
export interface Shown {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** What a model says of an image. */
export interface Predicted {
  readonly image: string;
  readonly shown: Shown;
  readonly classes: number;
  /** Class of each pixel [H, W]. */
  readonly mask: Uint8Array;
  /** [H, W], 0 to 1. */
  readonly uncertainty: Float32Array;
  /** Mean uncertainty of the foreground; null where there is none. */
  readonly uncertaintyScore: number | null;
  /** The part of the pixels that is foreground. */
  readonly foreground: number;
  readonly objects: number;
  readonly files: { readonly mask: Uint8Array; readonly uncertainty: Uint8Array };
  /** What was chosen of a file with several channels, slices or points in time. */
  readonly notices: readonly string[];
  readonly seconds: number;
}

export type Reply =
  | { readonly kind: 'compute'; readonly words: string }
  | { readonly kind: 'progress'; readonly label: string; readonly part: number }
  | { readonly kind: 'predicted'; readonly prediction: Predicted }
  | { readonly kind: 'notice'; readonly message: string }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly seconds: number;
    }
  | { readonly kind: 'dice'; readonly step: number; readonly dice: number }
  | {
      readonly kind: 'preview';
      readonly step: number;
      readonly image: string;
      readonly shown: Shown;
      readonly mask: Uint8Array;
    }
  | {
      readonly kind: 'trained';
      readonly steps: number;
      readonly dice: number | null;
      readonly model: Uint8Array;
      readonly weights: Uint8Array;
    }
  | { readonly kind: 'failed'; readonly message: string };
