import { type LookaheadOptions, lookahead } from './lookahead.js';
import type { Optimizer } from './optimizer.js';
import { type RAdamOptions, rAdam } from './radam.js';

export interface RangerOptions extends Omit<RAdamOptions, 'decay'>, LookaheadOptions {}

/** Ranger (Wright 2019): RAdam with Lookahead and decoupled weight decay; epsilon 1e-5 as its author has it. */
export function ranger(options: RangerOptions = {}): Optimizer {
  return lookahead(rAdam({ epsilon: 1e-5, ...options, decay: 'decoupled' }), options);
}
