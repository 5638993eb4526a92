/** The safetensors format: an 8-byte length, a JSON header, and the numbers, little-endian. */
import { SafetensorsError } from './errors.js';
import { type DType, type Shape, sizeOf, type Tensor } from './tensor.js';

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
const sizes = { float32: 4, int32: 4, int64: 8, uint8: 1, bool: 1 } as const satisfies Record<DType, number>;

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

/** Reads a safetensors file. Throws `SafetensorsError` for bytes that are cut off, overlap or contradict themselves. */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength >= 8 ? view.getBigUint64(0, true) : 0n;
  if (length === 0n || length > BigInt(bytes.byteLength - 8)) {
    throw new SafetensorsError('The file is no safetensors file, or it is cut off within its header.');
  }
  const start = 8 + Number(length);
  const header = parseHeader(bytes.subarray(8, start));
  const tensors = new Map<string, Tensor>();
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') metadata = strings(entry);
    else tensors.set(name, readTensor(name, entry, bytes, start));
  }
  return { tensors, metadata };
}

function parseHeader(json: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    if (isRecord(header)) return header;
  } catch {
    // Reported below, like JSON of another kind.
  }
  throw new SafetensorsError('The header of the safetensors file is not the JSON object that it must be.');
}

function readTensor(name: string, entry: unknown, bytes: Uint8Array, start: number): Tensor {
  if (!isRecord(entry)) throw new SafetensorsError(`The tensor ${name} has no description.`);
  const dtype = (Object.keys(codes) as DType[]).find((type) => codes[type] === entry.dtype);
  const shape = entry.shape;
  const offsets = entry.data_offsets;
  if (!dtype)
    throw new SafetensorsError(`The tensor ${name} has the unsupported type ${String(entry.dtype)}.`);
  if (!isNaturals(shape) || !isNaturals(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(`The tensor ${name} has no proper shape or offsets.`);
  }
  const [from = 0, to = 0] = offsets;
  if (to - from !== sizeOf(shape) * sizes[dtype]) {
    throw new SafetensorsError(
      `The tensor ${name} of shape [${shape.join(', ')}] does not fill its ${to - from} bytes.`,
    );
  }
  if (start + to > bytes.byteLength)
    throw new SafetensorsError(`The file is cut off within the tensor ${name}.`);
  // A copy starts at an address that typed arrays can use, and does not keep the whole file alive.
  const { buffer } = new Uint8Array(bytes.subarray(start + from, start + to));
  return typed(dtype, shape, buffer);
}

function typed(dtype: DType, shape: Shape, buffer: ArrayBuffer): Tensor {
  if (dtype === 'float32') return { dtype, shape, data: new Float32Array(buffer) };
  if (dtype === 'int32') return { dtype, shape, data: new Int32Array(buffer) };
  if (dtype === 'int64') return { dtype, shape, data: new BigInt64Array(buffer) };
  return { dtype, shape, data: new Uint8Array(buffer) };
}

function strings(entry: unknown): Record<string, string> {
  if (!isRecord(entry)) throw new SafetensorsError('The metadata of the safetensors file is no object.');
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
