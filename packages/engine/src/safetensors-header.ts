/**
 * The header of a safetensors file: what its JSON says of each tensor, checked against the file as a whole.
 *
 * A proper file has tensors that follow each other without gap or overlap from the first byte after the header to the
 * last of the file. Whatever says otherwise is damaged or made to deceive, and none of it is read.
 */
import { SafetensorsError } from './errors.js';
import { type Shape, sizeOf } from './tensor.js';

/** Bytes of one number of each element type that can be read. */
const elementSizes = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, U8: 1, BOOL: 1 } as const;
export type ElementType = keyof typeof elementSizes;

export interface TensorEntry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** First byte and the one after the last, counted from the file's start. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Headers above this are refused unread, as the format's own implementation does. */
const LARGEST_HEADER = 100_000_000;

/** Reads and checks the header. Throws a SafetensorsError with everything that is wrong. */
export function readSafetensorsHeader(bytes: Uint8Array): SafetensorsHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength >= 8 ? view.getBigUint64(0, true) : 0n;
  if (length === 0n || length > BigInt(Math.min(bytes.byteLength - 8, LARGEST_HEADER))) {
    throw new SafetensorsError(['it is no safetensors file, or it is cut off within its header']);
  }
  const start = 8 + Number(length);
  const { text, header } = parsed(bytes.subarray(8, start));
  const problems = repeatedNames(text).map((name) => `the name ${name} stands in it twice`);
  const entries: TensorEntry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const entry = readEntry(name, value, start);
    if (typeof entry === 'string') problems.push(entry);
    else entries.push(entry);
  }
  if (problems.length === 0) problems.push(...placementProblems(entries, start, bytes.byteLength));
  if (problems.length > 0) throw new SafetensorsError(problems);
  return { entries, metadata: readMetadata(header.__metadata__) };
}

function parsed(json: Uint8Array): { text: string; header: Record<string, unknown> } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(json);
    const header: unknown = JSON.parse(text);
    if (isRecord(header)) return { text, header };
  } catch {
    // Reported below, like JSON of another kind.
  }
  throw new SafetensorsError(['its header is not the JSON object that it must be']);
}

/** The entry, or what is wrong with it. */
function readEntry(name: string, value: unknown, start: number): TensorEntry | string {
  if (!isRecord(value)) return `the tensor ${name} has no description`;
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isElementType(dtype)) return `the tensor ${name} has the unsupported type ${String(dtype)}`;
  if (!isNaturals(shape)) return `the tensor ${name} has no proper shape`;
  if (!isNaturals(offsets) || offsets.length !== 2) return `the tensor ${name} has no proper offsets`;
  const [from = 0, to = 0] = offsets;
  if (to - from !== sizeOf(shape) * elementSizes[dtype]) {
    return `the tensor ${name} of shape [${shape.join(', ')}] does not fill its ${to - from} bytes`;
  }
  return { name, type: dtype, shape, begin: start + from, end: start + to };
}

function placementProblems(entries: readonly TensorEntry[], start: number, fileEnd: number): string[] {
  const problems: string[] = [];
  let end = start;
  let before = '';
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.end > fileEnd) {
      problems.push(`the file is cut off within the tensor ${entry.name}`);
    } else if (entry.begin < end) {
      problems.push(`the tensors ${before} and ${entry.name} overlap`);
    } else if (entry.begin > end) {
      problems.push(`${entry.begin - end} bytes before the tensor ${entry.name} belong to none`);
    }
    if (entry.end >= end) before = entry.name;
    end = Math.max(end, entry.end);
  }
  if (end < fileEnd) problems.push(`${fileEnd - end} bytes at the end belong to no tensor`);
  return problems;
}

/** Names that the outermost object of a JSON text gives more than once, of which a parser keeps the last only. */
function repeatedNames(text: string): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let depth = 0;
  // Strings are taken whole, so that brackets in names do not count; a string before a colon is a name.
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (name !== undefined && depth === 1) {
      const plain = String(JSON.parse(name));
      if (seen.has(plain)) repeated.add(plain);
      seen.add(plain);
    }
  }
  return [...repeated];
}

function readMetadata(entry: unknown): Record<string, string> {
  if (entry === undefined) return {};
  if (!isRecord(entry)) throw new SafetensorsError(['its metadata is no object']);
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)]));
}

function isElementType(value: unknown): value is ElementType {
  return typeof value === 'string' && Object.hasOwn(elementSizes, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
