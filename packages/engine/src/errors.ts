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
    const shown = differences.slice(0, 10).join('; ');
    const more = differences.length > 10 ? `; and ${differences.length - 10} more` : '';
    super(`The stored weights do not fit this network: ${shown}${more}.`);
    this.differences = differences;
  }
}

/** Bytes that are no valid safetensors file. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}
