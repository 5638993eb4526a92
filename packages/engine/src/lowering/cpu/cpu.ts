/** What ONNX Runtime's CPU provider does faster than the portable lowerings. */
import { relu6Operator } from '../../ops/activations.js';
import { addOperator, mulOperator } from '../../ops/arithmetic.js';
import { gradientOperator, trainOperator } from '../../ops/batch-normalisation.js';
import { expandOperator } from '../../ops/broadcast.js';
import { convolution, inputGradient, weightGradient } from '../../ops/convolution.js';
import { globalAveragePoolOperator } from '../../ops/global-average-pool.js';
import { maxPoolGradient, maxPoolOperator } from '../../ops/max-pool.js';
import { sumOperator } from '../../ops/reduce.js';
import { cellSums, resizeOperator } from '../../ops/resize.js';
import { reluOperator } from '../../ops/unary.js';
import { LoweringTable } from '../lowering.js';
import { fusedActivation, fusedAddition } from './affine.js';
import {
  blockedBatchNormalisation,
  blockedBatchNormalisationGradient,
} from './blocked-batch-normalisation.js';
import { blockedConvolution, blockedInputGradient } from './blocked-convolution.js';
import {
  blockedDepthwise,
  blockedDepthwiseInputGradient,
  blockedDepthwiseWeightGradient,
} from './blocked-depthwise.js';
import { blockedCellSums, blockedEnlargement, blockedMaxPool } from './blocked-images.js';
import { blockedWeightGradient } from './blocked-weight-gradient.js';
import {
  blockedExpansion,
  blockedPixelMeans,
  blockedPixelSums,
  weightedChannels,
} from './channel-weights.js';
import { inputGradientByConvolution } from './input-gradient.js';
import { maxPoolGradientByPosition } from './max-pool-gradient.js';
import { pointwiseWeightGradient } from './pointwise-weight-gradient.js';
import { stridedInputGradient } from './strided-input-gradient.js';

/** A new table, which may be added to. */
export function cpuLowerings(): LoweringTable {
  return new LoweringTable()
    .prefer(convolution, (context) => blockedDepthwise(context) || blockedConvolution(context))
    .prefer(
      inputGradient,
      (context) =>
        blockedDepthwiseInputGradient(context) ||
        blockedInputGradient(context) ||
        stridedInputGradient(context) ||
        inputGradientByConvolution(context),
    )
    .prefer(
      weightGradient,
      (context) =>
        blockedDepthwiseWeightGradient(context) ||
        pointwiseWeightGradient(context) ||
        blockedWeightGradient(context),
    )
    .prefer(trainOperator, blockedBatchNormalisation)
    .prefer(gradientOperator, blockedBatchNormalisationGradient)
    .prefer(addOperator, fusedAddition)
    .prefer(mulOperator, weightedChannels)
    .prefer(globalAveragePoolOperator, blockedPixelMeans)
    .prefer(sumOperator, blockedPixelSums)
    .prefer(expandOperator, blockedExpansion)
    .prefer(reluOperator, fusedActivation({ activation: 'Relu' }))
    .prefer(relu6Operator, fusedActivation({ activation: 'Clip', activation_params: { floats: [0, 6] } }))
    .prefer(resizeOperator, blockedEnlargement)
    .prefer(cellSums, blockedCellSums)
    .prefer(maxPoolOperator, blockedMaxPool)
    .prefer(maxPoolGradient, maxPoolGradientByPosition);
}
