/** Comparisons: results are 1 where they hold and 0 elsewhere, and no gradient passes. */
import type { Value } from '../graph/graph.js';
import { applyOne, defineOperator } from '../graph/operator.js';
import { int32 } from '../tensor.js';
import { broadcastShape } from './arithmetic.js';
import { emitElementwise } from './elementwise.js';

/** 1 where a > b. */
export const greater = comparison('Greater');

/** 1 where a = b. */
export const equal = comparison('Equal');

function comparison(name: string): (a: Value, b: Value) => Value {
  const operator = defineOperator<null>({
    name,
    infer: ([a, b]) => [{ dtype: 'float32', shape: broadcastShape(name, a?.shape ?? [], b?.shape ?? []) }],
    gradient: () => [null, null],
    lower: (context) => {
      const { emitter } = context;
      emitElementwise(context, (names) =>
        emitter.emit('Cast', [emitter.emit(name, names)], { to: floatType }),
      );
    },
  });
  return (a, b) => applyOne(operator, [a, b], null);
}

/**
 * Class indices to one plane per class.
 *
 * @param labels int32 [N, H, W]; an index outside [0, classes) gives zeros in every plane.
 * @returns float32 [N, classes, H, W]
 */
export function oneHot(labels: Value, classes: number): Value {
  return applyOne(oneHotOperator, [labels], { classes });
}

const oneHotOperator = defineOperator<{ readonly classes: number }>({
  name: 'OneHot',
  infer: ([labels], { classes }) => {
    const [batch = 1, ...rest] = labels?.shape ?? [];
    return [{ dtype: 'float32', shape: [batch, classes, ...rest] }];
  },
  gradient: () => [null],
  lower: ({ emitter, inputs: [labels], outputs: [planes], attributes: { classes } }) => {
    if (!labels) return;
    const [batch = 1, ...rest] = labels.shape;
    const indices = int32(
      [1, classes, ...rest.map(() => 1)],
      Array.from({ length: classes }, (_, index) => index),
    );
    const column = emitter.reshape(emitter.plain(labels), labels.shape, [batch, 1, ...rest]);
    const hit = emitter.emit('Equal', [column, emitter.constant(indices)]);
    emitter.set(planes, emitter.emit('Cast', [hit], { to: floatType }));
  },
});

/** The number of float32 among ONNX's element types. */
const floatType = 1;
