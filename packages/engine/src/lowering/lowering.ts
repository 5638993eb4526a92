import type { Value } from '../graph/graph.js';
import type { Operator } from '../graph/operator.js';
import type { Emitter } from './emitter.js';

export interface LoweringContext<A> {
  readonly emitter: Emitter;
  readonly attributes: A;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** Writes the ONNX nodes of one application of an operator and names its results with `emitter.set`. */
export type Lowering<A> = (context: LoweringContext<A>) => void;

/** A lowering that may decline by returning false, before it has written anything. */
export type PreferredLowering<A> = (context: LoweringContext<A>) => boolean;

/**
 * The lowerings that a device prefers to the portable ones of the operators.
 *
 * This is what makes the lowering exchangeable: the mathematics of an operator stays in its file in `ops/`, and a
 * device brings a table of its own.
 */
export class LoweringTable {
  readonly #entries = new Map<unknown, unknown>();

  /** Prefers `lowering` for every node of `operator`. */
  prefer<A>(operator: Operator<A>, lowering: PreferredLowering<A>): this {
    this.#entries.set(operator, lowering);
    return this;
  }

  get<A>(operator: Operator<A>): PreferredLowering<A> | undefined {
    // `prefer` is the only writer and ties the type of the lowering to that of the operator.
    return this.#entries.get(operator) as PreferredLowering<A> | undefined;
  }
}
