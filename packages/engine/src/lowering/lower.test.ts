import { expect, it } from 'vitest';
import { ModelSizeError } from '../errors.js';
import { Graph } from '../graph/graph.js';
import { zeros } from '../graph/initialiser.js';
import { add } from '../ops/arithmetic.js';
import { float32 } from '../tensor.js';
import { lower } from './lower.js';

it('refuses weights that an ONNX file cannot hold before it writes any', () => {
  const graph = new Graph();
  const x = graph.input('x', [1]);
  const sum = ['a', 'b'].map((name) => graph.parameter(name, [2 ** 28], zeros)).reduce(add, x);
  // The same billion bytes twice.
  const numbers = float32([2 ** 28]);
  const variables = new Map([
    ['a', numbers],
    ['b', numbers],
  ]);
  const model = () => lower(graph, { outputs: { sum }, variables });
  expect(model).toThrow(ModelSizeError);
  expect(model).toThrow('an ONNX file of 2.0 GB');
  expect(lower(graph, { outputs: { sum }, variables: 'inputs' }).length).toBeLessThan(10_000);
});
