/** What ONNX Runtime's CPU provider does faster than the portable lowerings. */
import { inputGradient } from '../../ops/convolution.js';
import { maxPoolGradient } from '../../ops/max-pool.js';
import { LoweringTable } from '../lowering.js';
import { inputGradientByConvolution } from './input-gradient.js';
import { maxPoolGradientByPosition } from './max-pool-gradient.js';

/** A new table, which may be added to. */
export function cpuLowerings(): LoweringTable {
  return new LoweringTable()
    .prefer(inputGradient, inputGradientByConvolution)
    .prefer(maxPoolGradient, maxPoolGradientByPosition);
}
