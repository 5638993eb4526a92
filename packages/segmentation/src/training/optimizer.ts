/** The optimisers that a training can be set to use. */
import {
  adam,
  adamW,
  lamb,
  larc,
  type Optimizer,
  qhAdam,
  rAdam,
  ranger,
  rmsProp,
  sgd,
} from '@deepflash/engine';

/** The best choice for most comes first. */
export const optimizerNames = [
  'Adam',
  'AdamW',
  'SGD',
  'RAdam',
  'RMSProp',
  'LAMB',
  'LARC',
  'QHAdam',
  'Ranger',
] as const;

export type OptimizerName = (typeof optimizerNames)[number];

/** What optimisers take; null is each one's own default. */
export interface OptimizerParameters {
  /** Of weights, not of biases and normalisations. */
  readonly weightDecay: number;
  /** How long the mean of the squared gradients remembers; not used by SGD and LARC. */
  readonly beta2?: number | null;
  /** What keeps a division by that mean finite; not used by SGD and LARC. */
  readonly epsilon?: number | null;
  /** SGD looks one step of its momentum ahead. */
  readonly nesterov?: boolean;
}

/** The optimiser of a name, with momentum (Adam's first beta) by the schedule. */
export function optimizerOf({
  optimizer,
  weightDecay,
  beta2 = null,
  epsilon = null,
  nesterov = false,
}: OptimizerParameters & { readonly optimizer: OptimizerName }): Optimizer {
  const options = {
    weightDecay,
    ...(beta2 === null ? {} : { beta2 }),
    ...(epsilon === null ? {} : { epsilon }),
  };
  const made: Record<OptimizerName, () => Optimizer> = {
    Adam: () => adam(options),
    AdamW: () => adamW(options),
    SGD: () => sgd({ weightDecay, lookAhead: nesterov ? 'nesterov' : 'none' }),
    RAdam: () => rAdam(options),
    RMSProp: () => rmsProp(options),
    LAMB: () => lamb(options),
    LARC: () => larc({ weightDecay }),
    QHAdam: () => qhAdam(options),
    Ranger: () => ranger(options),
  };
  return made[optimizer]();
}
