import type { AsyncReadable } from 'zarrita';
import { damaged, ImageFileError } from '../errors.js';

/** The keys and bytes of a Zarr hierarchy: a folder, a web server, or a `Map`-like object in memory. */
export type ZarrStore = Required<AsyncReadable>;

export interface JsonObject {
  readonly [name: string]: unknown;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Bytes in memory as a store. Keys have no leading slash. */
export function memoryStore(files: ReadonlyMap<string, Uint8Array>): ZarrStore {
  const get = async (key: string) => files.get(key.slice(1));
  return {
    get,
    async getRange(key, range) {
      const bytes = await get(key);
      const start = 'offset' in range ? range.offset : Math.max(0, (bytes?.length ?? 0) - range.suffixLength);
      return bytes?.subarray(start, 'offset' in range ? start + range.length : undefined);
    },
  };
}

/** What the metadata files of a group or an array say. */
export interface ZarrNode {
  readonly version: 2 | 3;
  readonly kind: 'group' | 'array';
  readonly attributes: JsonObject;
  /** `zarr.json` or `.zarray`; empty for a group of version 2 that lacks its `.zgroup`. */
  readonly metadata: JsonObject;
  /** The file that holds the most of it, for errors. */
  readonly file: string;
}

const MOST_METADATA = 2 ** 26;

/** Reads the metadata of the group or array at `path` (`''` for the root); undefined where there is none. */
export async function readNode(store: ZarrStore, name: string, path: string): Promise<ZarrNode | undefined> {
  const prefix = path === '' ? '' : `${path.replace(/^\/|\/$/g, '')}/`;
  const read = (file: string) => readJson(store, name, prefix + file);
  const v3 = await read('zarr.json');
  if (v3) {
    const attributes = isObject(v3.attributes) ? v3.attributes : {};
    const kind = v3.node_type === 'array' ? 'array' : 'group';
    return { version: 3, kind, attributes, metadata: v3, file: `${name}/${prefix}zarr.json` };
  }
  const [array, group, attributes] = await Promise.all([read('.zarray'), read('.zgroup'), read('.zattrs')]);
  if (!array && !group && !attributes) return undefined;
  return {
    version: 2,
    kind: array ? 'array' : 'group',
    attributes: attributes ?? {},
    metadata: array ?? group ?? {},
    file: `${name}/${prefix}${array ? '.zarray' : '.zattrs'}`,
  };
}

async function readJson(store: ZarrStore, name: string, key: string): Promise<JsonObject | undefined> {
  const file = `${name}/${key}`;
  const bytes = await guarded(file, () => store.get(`/${key}`));
  if (bytes === undefined) return undefined;
  let value: unknown;
  try {
    if (bytes.length < MOST_METADATA) value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw damaged(file, 'it is not the JSON that describes a Zarr store', error);
  }
  if (!isObject(value)) throw damaged(file, 'it is not the JSON that describes a Zarr store');
  return value;
}

/** Runs what may fail for many reasons; what is no ImageFileError becomes one that names the file. */
export async function guarded<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageFileError) throw error;
    throw damaged(file, reasonOf(error), error);
  }
}

/** What a codec says stands in the cause of what zarrita says of the chunk. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.cause !== undefined) return reasonOf(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0]?.slice(0, 200) || 'it cannot be decoded';
}
