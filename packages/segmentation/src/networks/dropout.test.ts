import {
  createEvaluator,
  createRandom,
  float32,
  Graph,
  kaimingUniformFanIn,
  sizeOf,
} from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { describe, expect, it } from 'vitest';
import { type Builder, type DropoutOptions, dropout } from './layers.js';

const shape = [8, 16, 5, 5];

function builderOf(options: Partial<Builder> = {}): Builder {
  return { graph: new Graph(), mode: 'train', dropout: 'on', initialise: kaimingUniformFanIn, ...options };
}

/** What becomes of an image of ones. */
async function dropped(options: DropoutOptions): Promise<Float32Array> {
  const builder = builderOf();
  const y = dropout(builder, builder.graph.input('x', shape), options);
  const [draws] = builder.graph.inputs.filter(({ source }) => source === 'random');
  if (!draws) throw new Error('Nothing is drawn.');
  const random = createRandom('dropout', options.per);
  const evaluator = await createEvaluator(await nodeRuntime({ threads: 1 }), builder.graph, { y });
  const results = await evaluator.run({
    x: float32(shape, new Float32Array(sizeOf(shape)).fill(1)),
    [draws.name]: float32(draws.value.shape, Array.from({ length: sizeOf(draws.value.shape) }, random.next)),
  });
  return results.y?.data as Float32Array;
}

describe('dropout', () => {
  it.each([
    ['element', 1],
    ['channel', 25],
    ['sample', 400],
  ] as const)('keeps or drops each %s as one and scales what is kept', async (per, size) => {
    const y = await dropped({ rate: 0.25, per });
    for (let start = 0; start < y.length; start += size) {
      const part = new Set(y.subarray(start, start + size));
      expect(part.size).toBe(1);
      expect([0, Math.fround(1 / 0.75)]).toContain([...part][0]);
    }
    if (per === 'element') expect(y.reduce((sum, value) => sum + value) / y.length).toBeCloseTo(1, 1);
  });

  it('changes nothing in evaluation, where it is off, or at rate 0', () => {
    for (const [options, rate] of [
      [{ mode: 'evaluate' }, 0.5],
      [{ dropout: 'off' }, 0.5],
      [{}, 0],
    ] as const) {
      const builder = builderOf(options);
      const x = builder.graph.input('x', shape);
      expect(dropout(builder, x, { rate, per: 'element' })).toBe(x);
    }
  });
});
