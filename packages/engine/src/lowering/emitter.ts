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
 * [N, C, H, W]: the layout of its convolution kernels. Operators that treat every element alike need not care.
 */
export type Layout = 'plain' | 'blocked';

/** Gathers ONNX nodes while a graph is lowered, and knows under which names each value is to be had. */
export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, Tensor>();
  readonly blockSize: number | null;
  /** Where the nodes that follow come from: it becomes part of their names. */
  place = '';

  readonly #names: Record<Layout, Map<Value, string>> = { plain: new Map(), blocked: new Map() };
  readonly #shared = new Map<string, string>();
  #count = 0;

  constructor(blockSize: number | null) {
    this.blockSize = blockSize;
  }

  /** The ONNX name of a value in the plain layout; reorders it if it exists blocked only. */
  plain(value: Value | undefined): string {
    if (!value) throw new Error('The operator has no such input.');
    const known = this.#names.plain.get(value);
    if (known) return known;
    const blocked = this.#names.blocked.get(value);
    if (!blocked) throw new Error(`Value ${value.id} is used before it is computed.`);
    const name = this.emit('ReorderOutput', [blocked], { channels: value.shape[1] ?? 0 }, nchwc);
    this.#names.plain.set(value, name);
    return name;
  }

  /** The ONNX name of a value in the blocked layout; reorders it if it exists plain only. */
  blocked(value: Value): string {
    const known = this.#names.blocked.get(value);
    if (known) return known;
    const name = this.emit('ReorderInput', [this.plain(value)], {}, nchwc);
    this.#names.blocked.set(value, name);
    return name;
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

  /** Whether the value is to be had in the layout without reordering. */
  has(value: Value, layout: Layout): boolean {
    return this.#names[layout].has(value);
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
