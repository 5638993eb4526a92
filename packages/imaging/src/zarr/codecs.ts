import { registry } from 'zarrita';
import { unpackZstd, zstdFrame } from '../zstd.js';
import { isStoredType, kindOf } from './stored.js';

// A small chunk can declare that it unpacks to gigabytes. What a chunk unpacks to is known from its array, so the
// codecs of zarrita get that bound here: a declared size is looked at before anything is unpacked, and what
// declares none is unpacked piece by piece.

type LoadCodec = NonNullable<ReturnType<typeof registry.get>>;
type Codec = ReturnType<Awaited<ReturnType<LoadCodec>>['fromConfig']>;
type Unpack = (bytes: Uint8Array, most: number, codec: Codec) => Uint8Array | Promise<Uint8Array>;

const UNPACKS: Readonly<Record<string, Unpack>> = {
  blosc: (bytes, most, codec) => {
    const { size, stored } = bloscSizes(bytes);
    if (stored > bytes.length) throw new Error('a chunk is truncated');
    check(size, most);
    return codec.decode(bytes);
  },
  lz4: (bytes, most, codec) => {
    check(viewOf(bytes).getUint32(0, true), most);
    return codec.decode(bytes);
  },
  zstd: (bytes, most, codec) => {
    const { content } = zstdFrame(bytes);
    if (content === undefined) return unpackZstd(bytes, most);
    check(content, most);
    return codec.decode(bytes);
  },
  gzip: (bytes, most) => inflated(bytes, 'gzip', most),
  zlib: (bytes, most) => inflated(bytes, 'deflate', most),
};

/** Checksums and indices need some bytes more than the samples. */
const SLACK = 2 ** 20;

for (const [name, unpack] of Object.entries(UNPACKS)) {
  for (const key of [name, `numcodecs.${name}`]) {
    const load = registry.get(key);
    if (load) registry.set(key, () => bounded(load, unpack));
  }
}

async function bounded(load: LoadCodec, unpack: Unpack): ReturnType<LoadCodec> {
  const inner = await load();
  return {
    kind: 'bytes_to_bytes',
    fromConfig(configuration, chunk) {
      const codec = inner.fromConfig(configuration ?? {}, chunk);
      const sampleBytes = isStoredType(chunk.dataType) ? kindOf(chunk.dataType).bytes : 8;
      const most = chunk.shape.reduce((product, size) => product * size, sampleBytes) + SLACK;
      return {
        kind: 'bytes_to_bytes',
        encode: (data: Uint8Array) =>
          unpack === UNPACKS.gzip ? through(new CompressionStream('gzip'), data, most) : codec.encode(data),
        decode: (bytes: Uint8Array) => unpack(bytes, most, codec),
      };
    },
  };
}

function check(size: number, most: number): void {
  if (size > most) throw new Error('a chunk unpacks to more than its array declares');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Blosc begins with version, inner version, flags, item size, then unpacked, block and stored size. */
function bloscSizes(bytes: Uint8Array): { readonly size: number; readonly stored: number } {
  const view = viewOf(bytes);
  return { size: view.getUint32(4, true), stored: view.getUint32(12, true) };
}

function inflated(bytes: Uint8Array, format: 'gzip' | 'deflate', most: number): Promise<Uint8Array> {
  return through(new DecompressionStream(format), bytes, most);
}

async function through(
  stream: DecompressionStream | CompressionStream,
  bytes: Uint8Array,
  most: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of new Blob([new Uint8Array(bytes)]).stream().pipeThrough(stream)) {
    size += piece.length;
    check(size, most);
    pieces.push(piece);
  }
  return joined(pieces, size);
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
