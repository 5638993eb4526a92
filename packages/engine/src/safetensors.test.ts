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

  it('refuses offsets that do not belong to the shape', () => {
    const header = new TextEncoder().encode('{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}');
    const bytes = new Uint8Array(8 + header.length + 8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(header, 8);
    expect(() => decodeSafetensors(bytes)).toThrow('The tensor a of shape [4] does not fill its 8 bytes.');
  });
});
