import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor as OrtTensor,
  TensorConstructor,
} from 'onnxruntime-common';
import { LoweringTable } from './lowering/lowering.js';
import { webgpuLowerings } from './lowering/webgpu/webgpu.js';
import type { DType, Tensor } from './tensor.js';

export type Device = 'cpu' | 'webgpu' | 'cuda' | 'wasm';

/**
 * ONNX Runtime, handed in so that the same code runs in Node (`nodeRuntime` of `@deepflash/engine/node`) and in the
 * browser (`onnxruntime-web`).
 */
export interface Runtime {
  readonly device: Device;
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
  readonly sessionOptions: InferenceSession.SessionOptions;
  /** Channels in a block of the device's blocked layout; null where it has none. */
  readonly blockSize: number | null;
  /** Lowerings that this device prefers. */
  readonly lowerings: LoweringTable;
}

/**
 * A runtime without preferences but for WebGPU: every operator is lowered to the standard ONNX operators of its
 * definition, or on WebGPU to those that its provider has. There convolutions take their tensors as they lie:
 * channels-last, the provider's own choice, puts so many transpositions into a training graph that opening it takes twice
 * the time, and what turns the sizes of images accordingly ends on the CPU.
 */
export function portableRuntime(
  ort: Pick<Runtime, 'InferenceSession' | 'Tensor'>,
  device: Device,
  sessionOptions: InferenceSession.SessionOptions,
): Runtime {
  return {
    device,
    InferenceSession: ort.InferenceSession,
    Tensor: ort.Tensor,
    sessionOptions:
      device === 'webgpu'
        ? { ...sessionOptions, executionProviders: [{ name: 'webgpu', preferredLayout: 'NCHW' }] }
        : sessionOptions,
    blockSize: null,
    lowerings: device === 'webgpu' ? webgpuLowerings() : new LoweringTable(),
  };
}

/** Wraps a tensor for ONNX Runtime without copying its numbers. */
export function toOrt(runtime: Runtime, tensor: Tensor): OrtTensor {
  const { dtype, data, shape } = tensor;
  return new runtime.Tensor(dtype, data, shape);
}

/** The tensor behind one of ONNX Runtime's, without copying. Throws for element types that graphs do not use. */
export function fromOrt(tensor: OrtTensor): Tensor {
  const { type, data, dims } = tensor;
  if (!isDType(type)) throw new TypeError(`ONNX Runtime returned a tensor of type ${type}.`);
  return { dtype: type, shape: dims, data } as Tensor;
}

function isDType(type: string): type is DType {
  return ['float32', 'int32', 'int64', 'uint8', 'bool'].includes(type);
}
