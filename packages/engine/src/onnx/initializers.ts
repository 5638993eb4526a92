import onnxProto from 'onnx-proto';
import { float32, type Tensor } from '../tensor.js';

const { onnx } = onnxProto;

/**
 * The float32 weights that an `.onnx` file holds, by name: those of a model that `lower` wrote have the names of the
 * graph's variables. Throws when the bytes are no ONNX model.
 */
export function decodeInitializers(bytes: Uint8Array): ReadonlyMap<string, Tensor<'float32'>> {
  const weights = new Map<string, Tensor<'float32'>>();
  for (const { name, dataType, dims, rawData } of onnx.ModelProto.decode(bytes).graph?.initializer ?? []) {
    if (!name || dataType !== onnx.TensorProto.DataType.FLOAT || !rawData) continue;
    // A copy starts at an address that typed arrays can use.
    const numbers = new Float32Array(rawData.slice().buffer);
    weights.set(name, float32((dims ?? []).map(Number), numbers));
  }
  return weights;
}
