import { describe, expect, it } from 'vitest';
import { unpackZstd, zstdFrame } from './zstd.js';

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
const text = (unpacked: Uint8Array) => new TextDecoder().decode(unpacked);

/** `abcdefgh` 40 times by the program zstd 1.5.4: from a file, and from a pipe at level 19 with a window of 8 MB. */
const SIZED = bytes('KLUv/WBAAH0AAEBhYmNkZWZnaAEANVMLFw==');
const STREAMED = bytes('KLUv/QBofQAAQGFiY2RlZmdoAQA11csF');
const content = 'abcdefgh'.repeat(40);

describe('unpackZstd', () => {
  it('unpacks frames that declare their content, and those that do not', () => {
    expect(zstdFrame(SIZED).content).toBe(320);
    expect(zstdFrame(STREAMED).content).toBeUndefined();
    expect(text(unpackZstd(SIZED, 1000))).toBe(content);
    expect(text(unpackZstd(STREAMED, 1000))).toBe(content);
    expect(text(unpackZstd(STREAMED, 320))).toBe(content);
  });

  it('refuses more than there is room for', () => {
    expect(() => unpackZstd(SIZED, 319)).toThrow('holds more than it should');
    expect(() => unpackZstd(STREAMED, 319)).toThrow('holds more than it should');
  });

  it('refuses other bytes and cut frames', () => {
    expect(() => unpackZstd(new Uint8Array(20), 1000)).toThrow('no Zstandard frame');
    for (let length = 0; length < STREAMED.length - 1; length++) {
      expect(() => unpackZstd(STREAMED.subarray(0, length), 1000)).toThrow();
    }
  });
});
