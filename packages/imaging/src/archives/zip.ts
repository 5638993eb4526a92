import { inflateSync } from 'fflate';
import { crc32 } from '../crc32.js';
import { damaged, ImageFileError, truncated } from '../errors.js';

// A ZIP archive (PKWARE, APPNOTE.TXT) ends with a record that says where its list of entries lies; the list says
// where each entry lies, how long it is packed and unpacked, and its checksum. An archive may come from anybody:
// before memory is taken, every name, size and place is checked, so that nothing leads outside of a folder into
// which it is unpacked, and a small file cannot claim to be a huge one.

/** What an archive may hold; an archive that declares more is refused. */
export interface ZipLimits {
  readonly entries: number;
  /** Unpacked bytes of one entry, and of all together. */
  readonly entryBytes: number;
  readonly totalBytes: number;
  /** Unpacked bytes for each packed byte; deflate cannot exceed 1032. */
  readonly ratio: number;
}

export interface ZipEntry {
  /** The path within the archive, with `/` between folders; never absolute, never with `..`. */
  readonly name: string;
  /** Unpacked bytes. */
  readonly size: number;
  /** Unpacks the entry. Throws an ImageFileError where its content is not what the archive says. */
  read(): Uint8Array;
}

const DEFAULTS: ZipLimits = {
  entries: 65_534,
  entryBytes: 2 ** 29,
  totalBytes: 2 ** 31,
  ratio: 1032,
};

/**
 * The files in a ZIP archive, in its order; folders are left out. Throws an ImageFileError for archives that are
 * damaged, encrypted, in several parts or beyond 4 GB (zip64), for entries outside of the archive's folder, and
 * beyond the limits.
 */
export function readZip(bytes: Uint8Array, file: string, limits: Partial<ZipLimits> = {}): ZipEntry[] {
  // A Buffer of Node shares its memory where a Uint8Array copies (`slice`), so none goes further.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const archive: Archive = { bytes: plain, view, file, limits: { ...DEFAULTS, ...limits } };
  const records = readList(archive, findList(archive));
  checkPlaces(archive, records);
  const names = new Set<string>();
  for (const { name } of records) {
    if (names.has(name)) throw damaged(file, `it holds ${JSON.stringify(name)} twice`);
    names.add(name);
  }
  return records
    .filter(({ name }) => !name.endsWith('/'))
    .map((record) => ({ name: record.name, size: record.size, read: () => unpack(archive, record) }));
}

interface Archive {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly file: string;
  readonly limits: ZipLimits;
}

interface Record {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where the entry's own header lies, and its data. */
  readonly header: number;
  readonly data: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const ZIP64_LOCATOR = 0x07064b50;
const LISTED = 0x02014b50;
const LISTED_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;

function refused(file: string, problem: string, remedy: string): ImageFileError {
  return new ImageFileError({ file, problem, remedy });
}

function zip64(file: string): ImageFileError {
  return refused(
    file,
    'is a ZIP archive of the large kind (zip64), which is not read',
    'split it into smaller ones',
  );
}

interface List {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

function findList({ view, file, limits }: Archive): List {
  const size = view.byteLength;
  if (size < 4 || (view.getUint32(0, true) !== LOCAL && view.getUint32(0, true) !== END)) {
    throw refused(file, 'is no ZIP archive', 'name a .zip file');
  }
  for (let at = size - END_BYTES; at >= Math.max(0, size - END_BYTES - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) !== END || at + END_BYTES + view.getUint16(at + 20, true) !== size) continue;
    if (at >= 20 && view.getUint32(at - 20, true) === ZIP64_LOCATOR) throw zip64(file);
    const count = view.getUint16(at + 10, true);
    const start = view.getUint32(at + 16, true);
    const end = start + view.getUint32(at + 12, true);
    if (view.getUint32(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== count) {
      throw refused(file, 'is one part of an archive in several parts', 'pack its files into one archive');
    }
    if (count === 0xffff || start === 0xffffffff) throw zip64(file);
    if (end > at) throw damaged(file, 'its list of entries lies outside of it');
    if (count > limits.entries) {
      throw refused(
        file,
        `holds ${count} entries, more than ${limits.entries}`,
        'split it into smaller ones',
      );
    }
    return { count, start, end };
  }
  throw truncated(file, 'the record at its end is missing');
}

function readList(archive: Archive, { count, start, end }: List): Record[] {
  const { view, file } = archive;
  const records: Record[] = [];
  let at = start;
  for (let entry = 0; entry < count; entry++) {
    if (at + LISTED_BYTES > end || view.getUint32(at, true) !== LISTED) {
      throw damaged(file, `entry ${entry + 1} of its list is missing`);
    }
    const [nameBytes = 0, extra = 0, comment = 0] = [28, 30, 32].map((place) =>
      view.getUint16(at + place, true),
    );
    const next = at + LISTED_BYTES + nameBytes + extra + comment;
    if (next > end) throw damaged(file, `entry ${entry + 1} of its list is too long`);
    records.push(readRecord(archive, at, nameBytes, start));
    at = next;
  }
  return records;
}

function readRecord(archive: Archive, at: number, nameBytes: number, listStart: number): Record {
  const { bytes, view, file } = archive;
  const long = (place: number) => view.getUint32(place, true);
  const stored = bytes.subarray(at + LISTED_BYTES, at + LISTED_BYTES + nameBytes);
  const name = checkedName(stored, file);
  const shown = JSON.stringify(name);
  const flags = view.getUint16(at + 8, true);
  if (flags & 0x2041) {
    throw refused(file, `holds ${shown} encrypted`, 'unpack it with its password and pack it without one');
  }
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) {
    throw refused(file, `holds ${shown} packed by method ${method}`, 'pack it in the usual way (deflate)');
  }
  if (((long(at + 38) >>> 16) & 0xf000) === 0xa000) {
    throw refused(file, `holds ${shown}, a link to another place`, 'pack it without links');
  }
  const [crc, packed, size, header] = [long(at + 16), long(at + 20), long(at + 24), long(at + 42)];
  if (packed === 0xffffffff || size === 0xffffffff || header === 0xffffffff) throw zip64(file);
  if (header + LOCAL_BYTES > listStart || long(header) !== LOCAL) {
    throw damaged(file, `the header of ${shown} is missing`);
  }
  const localName = header + LOCAL_BYTES;
  const localNameBytes = view.getUint16(header + 26, true);
  if (localNameBytes !== nameBytes || !stored.every((byte, i) => byte === bytes[localName + i])) {
    throw damaged(file, `${shown} has another name in its own header`);
  }
  const data = localName + nameBytes + view.getUint16(header + 28, true);
  if (data + packed > listStart) throw damaged(file, `${shown} lies outside of it`);
  return { name, method, crc, packed, size, header, data };
}

/** The name of an entry. Throws an ImageFileError for one that could lead out of the folder it is unpacked into. */
function checkedName(stored: Uint8Array, file: string): string {
  const name = decodedName(stored);
  const outside =
    name === '' ||
    /^\/|^[A-Za-z]:|\\/.test(name) ||
    [...name].some((letter) => letter < ' ') ||
    name.split('/').includes('..');
  if (!outside) return name;
  throw refused(
    file,
    `holds an entry named ${JSON.stringify(name)}, which could be written outside of its folder`,
    'do not unpack it, and ask where it comes from',
  );
}

/** Names are UTF-8 whether or not the archive says so; of older ones in other alphabets each byte is kept apart. */
function decodedName(stored: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(stored);
  } catch {
    return new TextDecoder('latin1').decode(stored);
  }
}

/** Sizes within the limits, and no byte of the archive in two entries. */
function checkPlaces({ file, limits }: Archive, records: readonly Record[]): void {
  let total = 0;
  let end = 0;
  for (const { name, size, packed, header, data } of [...records].sort((a, b) => a.header - b.header)) {
    const shown = JSON.stringify(name);
    if (header < end) throw damaged(file, `${shown} overlaps another entry`);
    end = data + packed;
    total += size;
    if (size > packed * limits.ratio + 64) {
      throw refused(file, `declares ${size} bytes for the ${packed} of ${shown}`, 'ask where it comes from');
    }
    const bytes = size > limits.entryBytes ? size : total;
    if (bytes > (size > limits.entryBytes ? limits.entryBytes : limits.totalBytes)) {
      throw refused(file, `unpacks to ${bytes} bytes or more, too many`, 'split it into smaller ones');
    }
  }
}

function unpack({ bytes, file }: Archive, { name, method, crc, packed, size, data }: Record): Uint8Array {
  const shown = JSON.stringify(name);
  const stored = bytes.subarray(data, data + packed);
  let content: Uint8Array;
  try {
    content = method === 0 ? stored.slice() : inflateSync(stored, { out: new Uint8Array(size) });
  } catch (error) {
    throw damaged(file, `${shown} cannot be unpacked`, error);
  }
  if (content.length !== size) {
    throw damaged(file, `${shown} unpacks to ${content.length} bytes in place of ${size}`);
  }
  if (crc32(content) !== crc) throw damaged(file, `the checksum of ${shown} is wrong`);
  return content;
}
