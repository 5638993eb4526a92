import type { Shape } from './tensor.js';

/** Shapes that an operator cannot combine. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
  readonly operator: string;
  readonly shapes: readonly Shape[];

  constructor(operator: string, shapes: readonly Shape[], problem: string) {
    super(`${operator} of ${shapes.map((shape) => `[${shape.join(', ')}]`).join(', ')}: ${problem}`);
    this.operator = operator;
    this.shapes = shapes;
  }
}

/** An operator met on the way back from the loss that has no gradient. */
export class GradientError extends Error {
  override readonly name = 'GradientError';
  readonly operator: string;

  constructor(operator: string) {
    super(`The operator ${operator} has no gradient, but the loss depends on a parameter through it.`);
    this.operator = operator;
  }
}

/** Stored weights that do not fit the graph: `differences` lists each name with what is wrong. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly differences: readonly string[];

  constructor(differences: readonly string[]) {
    super(`The stored weights do not fit this network: ${bounded(differences)}.`);
    this.differences = differences;
  }
}

/** Bytes that are no valid safetensors file. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  /** All that is wrong, each to follow `The safetensors file cannot be read:`. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The safetensors file cannot be read: ${bounded(problems)}.`);
    this.problems = problems;
  }
}

/** A model that does not fit into an ONNX file. */
export class ModelSizeError extends Error {
  override readonly name = 'ModelSizeError';
  /** Of the file that it would be. */
  readonly bytes: number;

  constructor(bytes: number) {
    super(
      `The network would make an ONNX file of ${(bytes / 2 ** 30).toFixed(1)} GB, and such a file holds at most 2 GB: ` +
        'choose a smaller encoder or architecture.',
    );
    this.bytes = bytes;
  }
}

/** The first items in one line, and how many more there are. */
function bounded(items: readonly string[]): string {
  const more = items.length > 10 ? `; and ${items.length - 10} more` : '';
  return items.slice(0, 10).join('; ') + more;
}
