import type { Value } from '../graph/graph.js';
import type { Attribute, OnnxNode } from '../onnx/model.js';
import { float32, int64, type Shape, sameShape, sizeOf, type Tensor } from '../tensor.js';

export interface NodeOptions {
  readonly domain?: string;
}

/**
 * How the numbers of a 4-dimensional tensor lie in memory.
 *
 * `plain` is [N, C, H, W]. `blocked` is [N, C / b, H, W, b] for the device's block size b, though ONNX Runtime is told
 * [N, C, H, W]: the layout of its convolution kernels. `packed` is that of their weights, [O/b][I/b][kH][kW][b][b] though
 * it is told [O, I, kH, kW]. Operators that treat every element alike need not care.
 */
export type Layout = 'plain' | 'blocked' | 'packed';

const layouts: readonly Layout[] = ['plain', 'blocked', 'packed'];

/** A blocked value that is written only when it is asked for, because its next user may do more in the same pass. */
export interface Deferred {
  /** Writes it, with an activation applied, and returns its name. */
  write(activation?: Readonly<Record<string, Attribute>>): string;
  /** The same with another blocked image added; null where that cannot be. */
  readonly adding: ((sum: string, activation?: Readonly<Record<string, Attribute>>) => string) | null;
}

/** Gathers ONNX nodes while a graph is lowered, and knows under which names each value is to be had. */
export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, Tensor>();
  readonly blockSize: number | null;
  /** Whether variables are kept packed, so that gradients of weights are best packed as well. */
  readonly packsWeights: boolean;
  /** Where the nodes that follow come from: it becomes part of their names. */
  place = '';

  readonly #names: Record<Layout, Map<Value, string>> = {
    plain: new Map(),
    blocked: new Map(),
    packed: new Map(),
  };
  readonly #deferred = new Map<Value, Deferred>();
  readonly #shared = new Map<string, string>();
  #count = 0;

  constructor(blockSize: number | null, packsWeights = false) {
    this.blockSize = blockSize;
    this.packsWeights = packsWeights;
  }

  /** The ONNX name of a value in the plain layout; reorders it if it exists in another only. */
  plain(value: Value | undefined): string {
    if (!value) throw new Error('The operator has no such input.');
    const known = this.#names.plain.get(value);
    if (known) return known;
    if (this.#deferred.has(value)) this.blocked(value);
    const [channelBlocks, packed] = [this.#names.blocked.get(value), this.#names.packed.get(value)];
    const blocked = packed ? this.#unpackFilters(packed, value.shape) : channelBlocks;
    if (!blocked) throw new Error(`Value ${value.id} is used before it is computed.`);
    const name = this.emit('ReorderOutput', [blocked], { channels: value.shape[1] ?? 0 }, nchwc);
    this.#names.plain.set(value, name);
    return name;
  }

  /** The ONNX name of a value in the blocked layout; reorders it if it exists plain only. */
  blocked(value: Value): string {
    const known = this.#names.blocked.get(value);
    if (known) return known;
    const name =
      this.#deferred.get(value)?.write() ?? this.emit('ReorderInput', [this.plain(value)], {}, nchwc);
    this.#names.blocked.set(value, name);
    return name;
  }

  /** The ONNX name of a weight in the packed layout; reorders it if it exists plain only. */
  packed(value: Value): string {
    const known = this.#names.packed.get(value);
    if (known) return known;
    const name = this.packFilters(this.emit('ReorderInput', [this.plain(value)], {}, nchwc), value.shape);
    this.#names.packed.set(value, name);
    return name;
  }

  /** From [O][I/b][taps][b in] to the packed layout: as an image of b channels and one row, reordered. */
  packFilters(name: string, shape: Shape): string {
    const [filters = 0, ...rest] = shape;
    const b = this.blockSize ?? 1;
    const rows = this.emit('Reshape', [name, this.integers([filters / b, b, 1, sizeOf(rest)])]);
    return this.emit('Reshape', [this.emit('ReorderInput', [rows], {}, nchwc), this.integers(shape)]);
  }

  #unpackFilters(name: string, shape: Shape): string {
    const [filters = 0, ...rest] = shape;
    const b = this.blockSize ?? 1;
    const rows = this.emit('Reshape', [name, this.integers([filters / b, b, 1, sizeOf(rest)])]);
    const apart = this.emit('ReorderOutput', [rows], { channels: b }, nchwc);
    return this.emit('Reshape', [apart, this.integers(shape)]);
  }

  /** The ONNX name of a value in whichever layout it is to be had: for what does not care about order. */
  any(value: Value): string {
    const { plain, blocked, packed } = this.#names;
    return plain.get(value) ?? packed.get(value) ?? blocked.get(value) ?? this.plain(value);
  }

  /** Whether the value can be blocked: an image-like tensor whose channels fill whole blocks. */
  blockable(value: Value): boolean {
    const channels = value.shape[1];
    return (
      this.blockSize !== null &&
      value.shape.length === 4 &&
      channels !== undefined &&
      channels % this.blockSize === 0
    );
  }

  /** Lets a value be written, blocked, when it is asked for. */
  defer(value: Value, deferred: Deferred): void {
    this.#deferred.set(value, deferred);
  }

  /** How to write a value that is not written yet. */
  deferred(value: Value): Deferred | null {
    return this.has(value, 'plain') ? null : (this.#deferred.get(value) ?? null);
  }

  /** Whether the value is to be had in this layout and in no other. */
  hasOnly(value: Value, layout: Layout): boolean {
    return layouts.every((each) => this.has(value, each) === (each === layout));
  }

  /** Whether the value is to be had in the layout without reordering. */
  has(value: Value, layout: Layout): boolean {
    return this.#names[layout].has(value) || (layout === 'blocked' && this.#deferred.has(value));
  }

  /** Names the result of an operator. */
  set(value: Value | undefined, name: string, layout: Layout = 'plain'): void {
    if (!value) throw new Error('The operator has no such result.');
    this.#names[layout].set(value, name);
  }

  /** Adds a node with one result and returns its name. */
  emit(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    options: NodeOptions = {},
  ): string {
    const output = this.#name(type);
    this.#add({ type, domain: options.domain ?? '', inputs, outputs: [output], attributes });
    return output;
  }

  /** Adds a node with several results and returns their names. */
  emitMany(
    type: string,
    outputs: number,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string[] {
    const names = Array.from({ length: outputs }, () => this.#name(type));
    this.#add({ type, domain: '', inputs, outputs: names, attributes });
    return names;
  }

  /** Integers as a one-dimensional int64 constant, as ONNX wants shapes, axes and paddings. */
  integers(values: readonly number[]): string {
    return this.shared(`integers:${values.join()}`, () => this.constant(int64([values.length], values)));
  }

  /** A float32 scalar constant. */
  number(value: number): string {
    return this.shared(`number:${value}`, () => this.constant(float32([], [value])));
  }

  /** A tensor of constants. */
  constant(tensor: Tensor): string {
    const name = this.#name('constant');
    this.initializers.set(name, tensor);
    return name;
  }

  /** Gives a tensor another shape of the same size. */
  reshape(name: string, from: Shape, to: Shape): string {
    if (sizeOf(from) !== sizeOf(to))
      throw new RangeError(`[${from.join()}] cannot be seen as [${to.join()}].`);
    return sameShape(from, to) ? name : this.emit('Reshape', [name, this.integers(to)]);
  }

  /** Writes something once and gives its name again to whoever asks by the same key. */
  shared(key: string, make: () => string): string {
    const known = this.#shared.get(key);
    if (known) return known;
    const name = make();
    this.#shared.set(key, name);
    return name;
  }

  #add(node: Omit<OnnxNode, 'place'>): void {
    this.nodes.push({ ...node, place: this.place });
  }

  #name(stem: string): string {
    return `${stem}:${this.#count++}`;
  }
}

/** The domain of ONNX Runtime's operators on blocked tensors. */
export const nchwc: NodeOptions = { domain: 'com.microsoft.nchwc' };
/** The domain of ONNX Runtime's additional operators. */
export const microsoft: NodeOptions = { domain: 'com.microsoft' };
