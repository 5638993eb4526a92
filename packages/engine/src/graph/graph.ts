/**
 * A graph is a list of nodes in the order in which they were applied; every shape is known as it is built.
 *
 * It says what is computed, not how: which ONNX nodes an operator becomes is decided by `lowering/`.
 */
import type { DType, Shape, Tensor, TensorType } from '../tensor.js';
import { float32 } from '../tensor.js';
import type { Initialiser } from './initialiser.js';
import type { Node } from './operator.js';

/** A tensor of the graph: an input, a variable, a constant or the result of a node. */
export interface Value extends TensorType {
  readonly graph: Graph;
  readonly id: number;
}

/** A tensor that lives from step to step, named as PyTorch's `state_dict` would. */
export interface Variable {
  readonly name: string;
  readonly value: Value;
  readonly initialiser: Initialiser;
  /** Parameters are trained by the optimiser; buffers change only by `Graph.update`. */
  readonly kind: 'parameter' | 'buffer';
}

export interface Input {
  readonly name: string;
  readonly value: Value;
  /** Who brings the numbers: the caller with each batch, or the training session, which draws them. */
  readonly source: 'batch' | 'random';
}

export class Graph {
  readonly inputs: Input[] = [];
  readonly variables: Variable[] = [];
  readonly nodes: Node[] = [];
  readonly constants = new Map<Value, Tensor>();
  /** The new value that a variable takes at the end of a step. */
  readonly updates = new Map<Variable, Value>();

  readonly #scalars = new Map<number, Value>();
  readonly #variableLayers = new Map<Value, string>();
  readonly #layers = new Map<Value, string>();
  #values = 0;
  #prefix = '';
  #layer: string | null = null;

  /** A tensor handed in at each run. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
    return this.#input('batch', name, { shape, dtype });
  }

  /**
   * Numbers uniform in [0, 1), which the training session draws anew for each step by its seed, the step and the
   * place of this input among the random ones: `random.0`, `random.1` and so on. Whoever else runs the graph feeds them.
   */
  random(shape: Shape): Value {
    const earlier = this.inputs.filter(({ source }) => source === 'random').length;
    return this.#input('random', `random.${earlier}`, { shape, dtype: 'float32' });
  }

  /** A weight to be trained. */
  parameter(name: string, shape: Shape, initialiser: Initialiser): Value {
    return this.#variable('parameter', name, shape, initialiser).value;
  }

  /** State that is not trained: running statistics, moments. */
  buffer(name: string, shape: Shape, initialiser: Initialiser): Variable {
    return this.#variable('buffer', name, shape, initialiser);
  }

  /** Puts `name.` before the names of all variables that are made meanwhile, so that several networks fit in a graph. */
  within<T>(name: string, build: () => T): T {
    const before = this.#prefix;
    this.#prefix = `${before}${name}.`;
    try {
      return build();
    } finally {
      this.#prefix = before;
    }
  }

  /** Counts all nodes that are made meanwhile to a layer of this name. */
  inLayer<T>(name: string, build: () => T): T {
    const before = this.#layer;
    this.#layer = name;
    try {
      return build();
    } finally {
      this.#layer = before;
    }
  }

  /**
   * Adds a node. Unless `inLayer` says otherwise, it belongs to the layer of the variables that it reads or else to
   * that of its inputs: what follows a convolution belongs to the convolution until the next layer with weights.
   */
  addNode(node: Omit<Node, 'layer'>): void {
    const first = (layers: ReadonlyMap<Value, string>): string | undefined =>
      node.inputs.map((input) => layers.get(input)).find((layer) => layer !== undefined);
    const layer = this.#layer ?? first(this.#variableLayers) ?? first(this.#layers) ?? '';
    for (const output of node.outputs) this.#layers.set(output, layer);
    this.nodes.push({ ...node, layer });
  }

  /** Lets a variable take this value when the step is done. */
  update(variable: Variable, value: Value): void {
    this.updates.set(variable, value);
  }

  constant(tensor: Tensor): Value {
    const value = this.value({ shape: tensor.shape, dtype: tensor.dtype });
    this.constants.set(value, tensor);
    return value;
  }

  /** A float32 scalar; equal numbers share one constant. */
  scalar(number: number): Value {
    const known = this.#scalars.get(number);
    if (known) return known;
    const value = this.constant(float32([], [number]));
    this.#scalars.set(number, value);
    return value;
  }

  /** Makes a value of this graph. Operators use it for their results. */
  value(type: TensorType): Value {
    return { graph: this, id: this.#values++, shape: type.shape, dtype: type.dtype };
  }

  #input(source: Input['source'], name: string, type: TensorType): Value {
    const value = this.value(type);
    this.inputs.push({ name, value, source });
    return value;
  }

  #variable(kind: Variable['kind'], own: string, shape: Shape, initialiser: Initialiser): Variable {
    const name = this.#prefix + own;
    if (this.variables.some((variable) => variable.name === name)) {
      throw new Error(`The graph already has a variable named ${name}.`);
    }
    const variable: Variable = { kind, name, initialiser, value: this.value({ shape, dtype: 'float32' }) };
    this.variables.push(variable);
    this.#variableLayers.set(variable.value, layerOf(name));
    return variable;
  }
}

/** `encoder.layer1.0.conv1` of `encoder.layer1.0.conv1.weight`. */
function layerOf(variable: string): string {
  return variable.slice(0, Math.max(variable.lastIndexOf('.'), 0)) || variable;
}
