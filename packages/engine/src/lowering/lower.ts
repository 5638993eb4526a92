import { ModelSizeError } from '../errors.js';
import { neededNodes } from '../graph/differentiate.js';
import type { Graph, Value } from '../graph/graph.js';
import { encodeModel, type OnnxModel, type OnnxNode, type OnnxPort } from '../onnx/model.js';
import type { Tensor } from '../tensor.js';
import { Emitter, type Layout } from './emitter.js';
import { LoweringTable } from './lowering.js';

export interface LowerOptions {
  /** What the model returns, by name. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** `inputs`: variables are fed at each run. Otherwise their numbers, by name, written into the model. */
  readonly variables: 'inputs' | ReadonlyMap<string, Tensor>;
  /** The lowerings that the device prefers. */
  readonly table?: LoweringTable;
  /** Channels in a block of the device's blocked layout; null where it has none. */
  readonly blockSize?: number | null;
  /** Inputs, variables and outputs that are handed in and out in the packed layout. */
  readonly packed?: ReadonlySet<Value>;
  /** Names for axes whose length is left open, by input or output and axis. */
  readonly openAxes?: Readonly<Record<string, Readonly<Record<number, string>>>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Turns the part of a graph that the outputs need into the bytes of an ONNX model.
 *
 * @throws ModelSizeError where weights that are written into the model exceed what an ONNX file can hold.
 */
export function lower(graph: Graph, options: LowerOptions): Uint8Array {
  const model = lowered(graph, options);
  const bytes = estimatedBytes(model);
  if (bytes > LARGEST_MODEL) throw new ModelSizeError(bytes);
  return encodeModel(model);
}

/** The same as plain data. */
export function lowered(graph: Graph, options: LowerOptions): OnnxModel {
  const packed = options.packed ?? new Set();
  const layoutOf = (value: Value): Layout => (packed.has(value) ? 'packed' : 'plain');
  const emitter = new Emitter(options.blockSize ?? null, packed.size > 0);
  const table = options.table ?? new LoweringTable();
  const nodes = neededNodes(graph, Object.values(options.outputs));
  const used = new Set([...nodes.flatMap((node) => node.inputs), ...Object.values(options.outputs)]);
  const port = (name: string, { shape, dtype }: Value): OnnxPort => ({
    name,
    dtype,
    shape: shape.map((length, axis) => options.openAxes?.[name]?.[axis] ?? length),
  });

  const inputs: OnnxPort[] = [];
  for (const { name, value } of graph.inputs) {
    if (!used.has(value)) continue;
    emitter.set(value, name, layoutOf(value));
    inputs.push(port(name, value));
  }
  for (const { name, value } of graph.variables) {
    if (!used.has(value)) continue;
    emitter.set(value, name, layoutOf(value));
    if (options.variables === 'inputs') inputs.push(port(name, value));
    else emitter.initializers.set(name, numbers(options.variables, name));
  }
  for (const [value, tensor] of graph.constants) {
    if (used.has(value)) emitter.set(value, emitter.constant(tensor));
  }
  for (const node of nodes) {
    emitter.place = `${node.layer}/${node.operator}`;
    node.lower(emitter, table);
  }

  const finished = nameOutputs(emitter, options.outputs, layoutOf);
  return {
    inputs,
    outputs: Object.entries(options.outputs).map(([name, value]) => port(name, value)),
    nodes: finished,
    initializers: emitter.initializers,
    metadata: options.metadata ?? {},
  };
}

/** Protocol buffers, of which an ONNX file is one, count their bytes with 31 bits. */
const LARGEST_MODEL = 2 ** 31 - 1;

/** About the size of the file, hardly ever less: the weights, and for each node its names and attributes. */
function estimatedBytes({ initializers, nodes }: OnnxModel): number {
  const weights = [...initializers.values()].reduce((sum, { data }) => sum + data.byteLength + 100, 0);
  return weights + 300 * nodes.length;
}

function numbers(variables: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = variables.get(name);
  if (!tensor) throw new Error(`The weights hold nothing for ${name}.`);
  return tensor;
}

/** Lets the nodes write to the outputs' names directly, which spares a copy of each. */
function nameOutputs(
  emitter: Emitter,
  outputs: Readonly<Record<string, Value>>,
  layoutOf: (value: Value) => Layout,
): OnnxNode[] {
  const renamed = new Map<string, string>();
  const sources = Object.entries(outputs).map(([name, value]) => ({
    name,
    source: emitter[layoutOf(value)](value),
  }));
  const produced = new Set(emitter.nodes.flatMap((node) => node.outputs));
  for (const { name, source } of sources) {
    if (produced.has(source) && !renamed.has(source)) renamed.set(source, name);
  }
  const rename = (name: string): string => renamed.get(name) ?? name;
  const nodes = emitter.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  for (const { name, source } of sources) {
    if (rename(source) === name) continue;
    const place = 'outputs';
    const inputs = [rename(source)];
    nodes.push({ type: 'Identity', domain: '', place, inputs, outputs: [name], attributes: {} });
  }
  return nodes;
}
