/** Against segmentation_models.pytorch 0.3.3 in double precision. */
import { readFileSync } from 'node:fs';
import { createEvaluator, differentiate, Graph, oneHot, type Tensor } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { describe, expect, it } from 'vitest';
import { crossEntropy } from '../losses/cross-entropy.js';
import { referenceImage, referenceTarget, referenceWeight } from '../testing/deterministic.js';
import { buildNetwork, type NetworkOptions } from './network.js';

interface Reference {
  readonly architecture: NetworkOptions['architecture'];
  readonly encoder: NetworkOptions['encoder'];
  readonly in_channels: number;
  readonly classes: number;
  readonly batch: number;
  readonly size: number;
  readonly state_dict: [string, number[]][];
  readonly eval_logits: { shape: number[]; std: number; every: number; samples: number[] };
  readonly train: {
    cross_entropy: number;
    logits_every: number;
    logits: number[];
    gradient_norms: Record<string, number>;
  };
}

describe.each(['Unet-resnet18', 'Unet-resnet34'])('%s', (name) => {
  const file = new URL(`../../fixtures/networks/${name}.json`, import.meta.url);
  const reference: Reference = JSON.parse(readFileSync(file, 'utf8'));
  const shape = [reference.batch, reference.in_channels, reference.size, reference.size];
  const feeds: Record<string, Tensor> = {
    x: referenceImage(shape),
    labels: referenceTarget([reference.batch, reference.size, reference.size], reference.classes),
  };
  reference.state_dict.forEach(([entry, size], t) => {
    feeds[entry] = referenceWeight(entry, size, t);
  });
  const network = (mode: NetworkOptions['mode']) => {
    const graph = new Graph();
    const logits = buildNetwork(graph, graph.input('x', shape), { ...reference, mode });
    return { graph, logits };
  };

  it('has the same parameters in the same order', () => {
    const { graph } = network('train');
    expect(graph.variables.map((variable) => [variable.name, variable.value.shape])).toEqual(
      reference.state_dict,
    );
  });

  it('gives the same logits in evaluation', async () => {
    const { graph, logits } = network('evaluate');
    const evaluator = await createEvaluator(await nodeRuntime(), graph, { logits });
    const result = sampled((await evaluator.run(feeds)).logits, reference.eval_logits.every);
    reference.eval_logits.samples.forEach((sample, index) => {
      const value = result[index] ?? Number.NaN;
      expect(Math.abs(value - sample) / reference.eval_logits.std).toBeLessThan(1e-3);
    });
  });

  it('gives the same loss and gradients in training', async () => {
    const { graph, logits } = network('train');
    const labels = graph.input('labels', [reference.batch, reference.size, reference.size], 'int32');
    const loss = crossEntropy(logits, oneHot(labels, reference.classes));
    const parameters = graph.variables.filter((variable) => variable.kind === 'parameter');
    const gradients = differentiate(
      loss,
      parameters.map((parameter) => parameter.value),
    );
    const outputs = Object.fromEntries(
      parameters.flatMap(({ name: parameter }, index) => {
        const gradient = gradients[index];
        return gradient ? [[`${parameter}:gradient`, gradient] as const] : [];
      }),
    );
    const evaluator = await createEvaluator(await nodeRuntime(), graph, { loss, ...outputs });
    const results = await evaluator.run(feeds);
    expect(Math.abs(Number(results.loss?.data[0]) - reference.train.cross_entropy)).toBeLessThan(1e-4);
    for (const [parameter, norm] of Object.entries(reference.train.gradient_norms)) {
      const found = Math.sqrt(
        sampled(results[`${parameter}:gradient`], 1).reduce((sum, value) => sum + value * value, 0),
      );
      expect(Math.abs(found / norm - 1), parameter).toBeLessThan(0.01);
    }
  });
});

function sampled(tensor: Tensor | undefined, every: number): number[] {
  return Array.from(tensor?.data ?? [], Number).filter((_, index) => index % every === 0);
}
