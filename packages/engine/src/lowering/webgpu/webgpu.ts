/**
 * Forms for operators that ONNX Runtime's WebGPU provider does not have, or not for these types, and would send to the
 * CPU: a training step then stays on the graphics card from its first node to its last.
 */
import { adaptiveAveragePoolOperator } from '../../ops/adaptive-average-pool.js';
import { weightGradient } from '../../ops/convolution.js';
import { maxPoolGradient } from '../../ops/max-pool.js';
import { resizeOperator } from '../../ops/resize.js';
import { logSoftmaxOperator } from '../../ops/softmax.js';
import { signOperator } from '../../ops/unary.js';
import { LoweringTable } from '../lowering.js';
import { poolToKnownCells, resizeToKnownSize } from './known-sizes.js';
import { maxPoolGradientByArithmetic } from './max-pool-gradient.js';
import { logSoftmaxByParts, signByComparison } from './missing-functions.js';
import { weightGradientByMatMul } from './weight-gradient.js';

/** A new table, which may be added to. */
export function webgpuLowerings(): LoweringTable {
  return new LoweringTable()
    .prefer(weightGradient, weightGradientByMatMul)
    .prefer(maxPoolGradient, maxPoolGradientByArithmetic)
    .prefer(logSoftmaxOperator, logSoftmaxByParts)
    .prefer(signOperator, signByComparison)
    .prefer(resizeOperator, resizeToKnownSize)
    .prefer(adaptiveAveragePoolOperator, poolToKnownCells);
}
