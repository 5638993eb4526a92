/** What ONNX Runtime's CPU provider does faster than the portable lowerings. */
import { convolution, inputGradient, weightGradient } from '../../ops/convolution.js';
import { maxPoolGradient } from '../../ops/max-pool.js';
import { LoweringTable } from '../lowering.js';
import { blockedConvolution, blockedInputGradient } from './blocked-convolution.js';
import {
  blockedDepthwise,
  blockedDepthwiseInputGradient,
  blockedDepthwiseWeightGradient,
} from './blocked-depthwise.js';
import { blockedWeightGradient } from './blocked-weight-gradient.js';
import { inputGradientByConvolution } from './input-gradient.js';
import { maxPoolGradientByPosition } from './max-pool-gradient.js';

/** A new table, which may be added to. */
export function cpuLowerings(): LoweringTable {
  return new LoweringTable()
    .prefer(convolution, (context) => blockedDepthwise(context) || blockedConvolution(context))
    .prefer(
      inputGradient,
      (context) =>
        blockedDepthwiseInputGradient(context) ||
        blockedInputGradient(context) ||
        inputGradientByConvolution(context),
    )
    .prefer(
      weightGradient,
      (context) => blockedDepthwiseWeightGradient(context) || blockedWeightGradient(context),
    )
    .prefer(maxPoolGradient, maxPoolGradientByPosition);
}
