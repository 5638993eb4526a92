import { BoolArray, type DataType, Location, open, type Array as ZarrArray } from 'zarrita';
import { damaged, ImageFileError, truncated, unsupported } from '../errors.js';
import './codecs.js';
import { guarded, isObject, readNode, type ZarrNode, type ZarrStore } from './store.js';
import { isStoredType, kindOf, type StoredArray, type StoredType } from './stored.js';

/** An array of a Zarr hierarchy of which single chunks are read. */
export interface PictureArray {
  /** Name of the store and path in it, for errors. */
  readonly file: string;
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly type: StoredType;
  /** Names of the axes where the array's own metadata gives them. */
  readonly axes: readonly string[] | undefined;
  /** The chunk at the given place of the grid: filled with the fill value where the store has none. */
  readonly chunk: (place: readonly number[]) => Promise<Chunk>;
}

export interface Chunk {
  readonly data: StoredArray;
  /** Samples from one to the next along each axis. */
  readonly stride: readonly number[];
}

/**
 * Opens the array at `path` (`''` for the root) of a Zarr 2 or 3 store. Throws an ImageFileError where there is
 * none, for chunks of more than 512 MB, and for samples that are no numbers.
 */
export async function openPictureArray(store: ZarrStore, name: string, path: string): Promise<PictureArray> {
  const node = await readNode(store, name, path);
  if (node?.kind !== 'array') throw damaged(name, `it names the array "${path}", which it does not hold`);
  checkDeclared(node);
  const array = await guarded(node.file, async () => {
    const root = new Location(withFillValue(store, path, node));
    const location = path === '' ? root : root.resolve(path);
    return node.version === 3
      ? open.v3(location, { kind: 'array' })
      : open.v2(location, { kind: 'array', attrs: false });
  });
  const { shape, chunks, dtype } = array;
  checkSizes(node.file, shape, chunks);
  if (!isStoredType(dtype)) throw unsupported(node.file, `samples of the type ${dtype}`);
  const length = product(chunks);
  checkChunkBytes(node.file, length * kindOf(dtype).bytes);
  const file = path === '' ? name : `${name}/${path}`;
  return {
    file,
    shape,
    chunks,
    type: dtype,
    axes: array.dimensionNames,
    chunk: (place) => readChunk(array, place, length, file),
  };
}

async function readChunk(
  array: ZarrArray<DataType, ZarrStore>,
  place: readonly number[],
  length: number,
  file: string,
): Promise<Chunk> {
  const name = `${file}, chunk ${place.join('/')},`;
  const { data, stride } = await guarded(name, () => array.getChunk([...place]));
  const samples = numbersOf(data);
  if (!samples) throw damaged(name, 'its samples are no numbers');
  if (samples.length !== length) {
    throw truncated(name, `it holds ${samples.length} samples instead of ${length}`);
  }
  return { data: samples, stride };
}

function numbersOf(data: unknown): StoredArray | undefined {
  if (data instanceof BoolArray) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (
    data instanceof Int8Array ||
    data instanceof Uint8Array ||
    data instanceof Int16Array ||
    data instanceof Uint16Array ||
    data instanceof Int32Array ||
    data instanceof Uint32Array ||
    data instanceof BigInt64Array ||
    data instanceof BigUint64Array ||
    data instanceof Float32Array ||
    data instanceof Float64Array
  ) {
    return data;
  }
  return undefined;
}

const MOST_CHUNK_BYTES = 2 ** 29;

function checkChunkBytes(file: string, bytes: number): void {
  if (bytes <= MOST_CHUNK_BYTES) return;
  throw new ImageFileError({
    file,
    problem: `has chunks of ${Math.round(bytes / 2 ** 20)} MB, which are too large to be read in parts`,
    remedy: 'save it with smaller chunks, for example of 1024 x 1024 pixels',
  });
}

/** Looks at what zarrita takes on trust before it is given the metadata. */
function checkDeclared({ version, metadata, file }: ZarrNode): void {
  const grid = isObject(metadata.chunk_grid) ? metadata.chunk_grid : {};
  const configuration = isObject(grid.configuration) ? grid.configuration : {};
  if (version === 3 && grid.name !== 'regular') throw unsupported(file, `the chunk grid “${grid.name}”`);
  checkSizes(file, metadata.shape, version === 3 ? configuration.chunk_shape : metadata.chunks);
  const type = metadata[version === 3 ? 'data_type' : 'dtype'];
  if (typeof type !== 'string') throw unsupported(file, 'samples of several parts');
  if (/^[<>|]f2$|^float16$/.test(type)) throw unsupported(file, '16-bit floats');
  const sharding = (Array.isArray(metadata.codecs) ? metadata.codecs : []).find(
    (codec) => isObject(codec) && codec.name === 'sharding_indexed',
  );
  if (isObject(sharding)) checkShards(file, configuration.chunk_shape, sharding.configuration);
}

/** The index of a shard holds 16 bytes for each chunk in it, and is read whole. */
function checkShards(file: string, shard: unknown, configuration: unknown): void {
  const inner = isObject(configuration) ? configuration.chunk_shape : undefined;
  const [shardSize, innerSize] = [checkSizes(file, shard, inner), checkSizes(file, inner, inner)];
  checkChunkBytes(file, (16 * product(shardSize)) / product(innerSize));
}

function checkSizes(file: string, shape: unknown, chunks: unknown): readonly number[] {
  const sizes = (value: unknown): value is readonly number[] =>
    Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size > 0 && size < 2 ** 31);
  if (sizes(shape) && sizes(chunks) && shape.length === chunks.length && shape.length > 0) return shape;
  throw damaged(
    file,
    `its shape ${JSON.stringify(shape)} in chunks of ${JSON.stringify(chunks)} is impossible`,
  );
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}

/** Where metadata leave the fill value open, it is zero; zarrita has none then for 64-bit integers. */
function withFillValue(store: ZarrStore, path: string, node: ZarrNode): ZarrStore {
  if ((node.metadata.fill_value ?? null) !== null) return store;
  const key = `${path === '' ? '' : `/${path.replace(/^\/|\/$/g, '')}`}/${node.version === 3 ? 'zarr.json' : '.zarray'}`;
  const metadata = new TextEncoder().encode(JSON.stringify({ ...node.metadata, fill_value: 0 }));
  return {
    get: async (asked, options) => (asked === key ? metadata : store.get(asked, options)),
    getRange: (asked, range, options) => store.getRange(asked, range, options),
  };
}
