// A directory of TIFF 6.0 (section 2) or BigTIFF as bytes: the number of fields, the fields in ascending order
// of their tags, where the next directory lies, and behind it the values that do not fit into their fields.

/** How the numbers of a file lie in it. */
export interface TiffForm {
  readonly byteOrder: 'little' | 'big';
  /** Whether places in the file are 64-bit (BigTIFF), which is needed beyond 4 GB. */
  readonly big: boolean;
}

export interface Field {
  readonly tag: number;
  /** `offset` is a place or a number of bytes in the file: 32 bits, in BigTIFF 64. */
  readonly type: 'byte' | 'ascii' | 'short' | 'long' | 'rational' | 'offset';
  /** A fraction takes two values. */
  readonly values: ArrayLike<number>;
}

/** The bytes of a TIFF header that says where the first directory lies. */
export function encodeHeader(form: TiffForm, first: number): Uint8Array {
  const little = form.byteOrder === 'little';
  const bytes = new Uint8Array(headerBytes(form));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, form.big ? 43 : 42, little);
  if (form.big) view.setUint16(4, 8, little);
  setOffset(view, form.big ? 8 : 4, first, form);
  return bytes;
}

export function headerBytes({ big }: TiffForm): number {
  return big ? 16 : 8;
}

/**
 * A directory with the values of its fields, an even number of bytes, to be put at `at` (which is even).
 * `next` is where the next directory lies, 0 for none.
 */
export function encodeDirectory(
  fields: readonly Field[],
  form: TiffForm,
  { at, next }: { readonly at: number; readonly next: number },
): Uint8Array {
  const little = form.byteOrder === 'little';
  const place = form.big ? 8 : 4;
  const ownBytes = even((form.big ? 8 : 2) + fields.length * (place * 2 + 4) + place);
  const bytes = new Uint8Array(directoryBytes(fields, form));
  const view = new DataView(bytes.buffer);
  if (form.big) setOffset(view, 0, fields.length, form);
  else view.setUint16(0, fields.length, little);
  let entry = form.big ? 8 : 2;
  let free = ownBytes;
  for (const field of [...fields].sort((a, b) => a.tag - b.tag)) {
    const { number, each } = typeOf(field, form);
    view.setUint16(entry, field.tag, little);
    view.setUint16(entry + 2, number, little);
    setOffset(view, entry + 4, field.values.length / each, form);
    const size = sizeOf(field, form);
    if (size <= place) setValues(view, entry + 4 + place, field, form);
    else {
      setOffset(view, entry + 4 + place, at + free, form);
      setValues(view, free, field, form);
      free += even(size);
    }
    entry += place * 2 + 4;
  }
  setOffset(view, entry, next, form);
  return bytes;
}

/** How many bytes `encodeDirectory` makes. */
export function directoryBytes(fields: readonly Field[], form: TiffForm): number {
  const place = form.big ? 8 : 4;
  const own = even((form.big ? 8 : 2) + fields.length * (place * 2 + 4) + place);
  return fields.reduce((sum, field) => {
    const size = sizeOf(field, form);
    return size <= place ? sum : sum + even(size);
  }, own);
}

export function even(size: number): number {
  return size + (size % 2);
}

const TYPES = {
  byte: { number: 1, bytes: 1, each: 1 },
  ascii: { number: 2, bytes: 1, each: 1 },
  short: { number: 3, bytes: 2, each: 1 },
  long: { number: 4, bytes: 4, each: 1 },
  rational: { number: 5, bytes: 4, each: 2 },
} as const;

function typeOf({ type }: Field, { big }: TiffForm) {
  if (type !== 'offset') return TYPES[type];
  return big ? { number: 16, bytes: 8, each: 1 } : TYPES.long;
}

function sizeOf(field: Field, form: TiffForm): number {
  return field.values.length * typeOf(field, form).bytes;
}

function setValues(view: DataView, at: number, field: Field, form: TiffForm): void {
  const { bytes } = typeOf(field, form);
  const little = form.byteOrder === 'little';
  for (let i = 0; i < field.values.length; i++) {
    const value = field.values[i] ?? 0;
    if (bytes === 1) view.setUint8(at + i, value);
    else if (bytes === 2) view.setUint16(at + i * 2, value, little);
    else if (bytes === 4) view.setUint32(at + i * 4, value, little);
    else view.setBigUint64(at + i * 8, BigInt(value), little);
  }
}

function setOffset(view: DataView, at: number, value: number, { big, byteOrder }: TiffForm): void {
  if (big) view.setBigUint64(at, BigInt(value), byteOrder === 'little');
  else view.setUint32(at, value, byteOrder === 'little');
}
