import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SafetensorsError } from './errors.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import { float32, int32, int64, type Tensor } from './tensor.js';

const tensors = new Map<string, Tensor>([
  ['encoder.conv1.weight', float32([2, 1, 3], [1, 2, 3, 4, 5, 6])],
  ['scalar', float32([], [0.5])],
  ['labels', int32([3], [7, -8, 9])],
  ['steps', int64([1], [12])],
]);

describe('safetensors', () => {
  it('reads what it wrote, with metadata', () => {
    const read = decodeSafetensors(encodeSafetensors(tensors, { step: '3' }));
    expect(read.tensors).toEqual(tensors);
    expect(read.metadata).toEqual({ step: '3' });
  });

  it('reads a Buffer that lies in a pool', () => {
    expect(decodeSafetensors(Buffer.from(encodeSafetensors(tensors))).tensors).toEqual(tensors);
  });

  it('begins the numbers at a multiple of eight', () => {
    const bytes = encodeSafetensors(tensors);
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
  });

  it('refuses a file that is cut off anywhere', () => {
    const bytes = encodeSafetensors(tensors);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(SafetensorsError);
    }
  });

  it('never fails otherwise than by a SafetensorsError, whatever the header says', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const text = new TextEncoder().encode(json);
        const bytes = new Uint8Array(8 + text.length);
        new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
        bytes.set(text, 8);
        try {
          decodeSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
    );
  });

  it('reads numbers of 16 and 64 bits as float32', () => {
    const half = [0x0000, 0x8000, 0x3c00, 0xc500, 0x7bff, 0x0001, 0x03ff, 0x7c00, 0xfc00, 0x7e00];
    const float16 = file('{"a":{"dtype":"F16","shape":[10],"data_offsets":[0,20]}}', new Uint16Array(half));
    expect([...(decodeSafetensors(float16).tensors.get('a')?.data ?? [])]).toEqual([
      ...[0, -0, 1, -5, 65504, 2 ** -24, 1023 * 2 ** -24],
      ...[Infinity, -Infinity, Number.NaN],
    ]);
    const brain = file(
      '{"a":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}',
      new Uint16Array([0x3f80, 0xc0a0, 0x7f80]),
    );
    expect(decodeSafetensors(brain).tensors.get('a')).toEqual(float32([3], [1, -5, Infinity]));
    const double = file('{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}', new Float64Array([0.1]));
    expect(decodeSafetensors(double).tensors.get('a')).toEqual(float32([1], [0.1]));
  });

  it.each([
    ['{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}', 'a of shape [4] does not fill its 8 bytes'],
    ['{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}', 'the tensor a has no proper offsets'],
    ['{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}', 'the tensor a has no proper shape'],
    ['{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', '4 bytes before the tensor a belong to none'],
    ['{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', '4 bytes at the end belong to no tensor'],
    ['{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}', 'the file is cut off within the tensor a'],
    [
      '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      'the tensors a and b overlap',
    ],
    [
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      'the name a stands in it twice',
    ],
    ['{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}', 'the unsupported type F8_E4M3'],
  ])('refuses %s', (header, problem) => {
    expect(() => decodeSafetensors(file(header, new Float32Array(2)))).toThrow(problem);
  });

  it('lists all that is wrong, but not endlessly', () => {
    const entries = Array.from(
      { length: 30 },
      (_, i) => `"t${i}":{"dtype":"F4","shape":[],"data_offsets":[0,0]}`,
    );
    const read = () => decodeSafetensors(file(`{${entries.join()}}`, new Float32Array(0)));
    expect(read).toThrow(/t0 has.*; the tensor t9 has the unsupported type F4; and 20 more\.$/);
  });

  it('reads any damaged file as it was or not at all, and never fails otherwise', () => {
    const bytes = encodeSafetensors(tensors, { a: 'b' });
    const names = [...tensors.keys()];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(20),
        (changes, extra) => {
          const damaged = new Uint8Array(bytes.length + extra);
          damaged.set(bytes);
          for (const [place, value] of changes) damaged[place] = value;
          try {
            const read = decodeSafetensors(damaged);
            const sizes = [...read.tensors.values()].map(({ data }) => data.length);
            // A name, a number or a kind of number may have become another one, but no byte is read twice or passed over.
            expect(read.tensors.size).toBe(names.length);
            expect(sizes.every((size) => size <= 8)).toBe(true);
            expect(extra).toBe(0);
          } catch (error) {
            expect(error).toBeInstanceOf(SafetensorsError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** A file with this header and these numbers. */
function file(header: string, numbers: Uint16Array | Float32Array | Float64Array): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + numbers.byteLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), 8 + json.length);
  return bytes;
}
