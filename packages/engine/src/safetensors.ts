/** The safetensors format: an 8-byte length, a JSON header, and the numbers, little-endian. */
import { fromBfloat16, fromFloat16 } from './half-precision.js';
import { readSafetensorsHeader, type TensorEntry } from './safetensors-header.js';
import type { DType, Tensor } from './tensor.js';

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const codes = {
  float32: 'F32',
  int32: 'I32',
  int64: 'I64',
  uint8: 'U8',
  bool: 'BOOL',
} as const satisfies Record<DType, string>;

/** The bytes of a safetensors file. Tensors keep their order. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let end = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    header[name] = { dtype: codes[dtype], shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces after the JSON let the numbers begin at a multiple of eight.
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.fill(0x20, 8, start);
  bytes.set(json, 8);
  let offset = start;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file. Numbers of 16 and 64 bits become float32.
 *
 * @throws SafetensorsError for bytes that are cut off, overlap, leave gaps or contradict themselves.
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const { entries, metadata } = readSafetensorsHeader(bytes);
  return { tensors: new Map(entries.map((entry) => [entry.name, readTensor(entry, bytes)])), metadata };
}

function readTensor({ type, shape, begin, end }: TensorEntry, bytes: Uint8Array): Tensor {
  // A copy starts at an address that typed arrays can use, and does not keep the whole file alive.
  const { buffer } = new Uint8Array(bytes.subarray(begin, end));
  switch (type) {
    case 'F32':
      return { dtype: 'float32', shape, data: new Float32Array(buffer) };
    case 'F64':
      return { dtype: 'float32', shape, data: new Float32Array(new Float64Array(buffer)) };
    case 'F16':
      return { dtype: 'float32', shape, data: fromFloat16(new Uint16Array(buffer)) };
    case 'BF16':
      return { dtype: 'float32', shape, data: fromBfloat16(new Uint16Array(buffer)) };
    case 'I32':
      return { dtype: 'int32', shape, data: new Int32Array(buffer) };
    case 'I64':
      return { dtype: 'int64', shape, data: new BigInt64Array(buffer) };
    case 'U8':
      return { dtype: 'uint8', shape, data: new Uint8Array(buffer) };
    case 'BOOL':
      return { dtype: 'bool', shape, data: new Uint8Array(buffer) };
  }
}
