/**
 * The same plain data with its arrays of numbers in shared memory, where threads to which the data are sent read them
 * without a copy. The numbers must not be changed any more.
 */
export function inSharedMemory<T>(value: T): T {
  return shared(value) as T;
}

function shared(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shared);
  if (ArrayBuffer.isView(value)) return sharedNumbers(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shared(part)]));
}

const kinds: readonly (new (buffer: SharedArrayBuffer) => ArrayBufferView)[] = [
  Float32Array,
  Float64Array,
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
];

function sharedNumbers(numbers: ArrayBufferView): ArrayBufferView {
  if (numbers.buffer instanceof SharedArrayBuffer) return numbers;
  const Numbers = kinds.find((kind) => numbers instanceof kind);
  if (Numbers === undefined) throw new TypeError('There is an array of a kind that is not shared.');
  const memory = new SharedArrayBuffer(numbers.byteLength);
  new Uint8Array(memory).set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  return new Numbers(memory);
}
