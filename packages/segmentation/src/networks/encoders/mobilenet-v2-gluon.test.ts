/** Against the features that PyTorch computed from the weights in the shared folder, which are too large to keep here. */
import { existsSync, readFileSync } from 'node:fs';
import { createEvaluator, decodeSafetensors, Graph, kaimingUniformFanIn } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { describe, expect, it } from 'vitest';
import { referenceImage } from '../../testing/deterministic.js';
import { mobilenetV2Gluon } from './mobilenet-v2-gluon.js';

interface Reference {
  readonly features: readonly {
    readonly shape: readonly number[];
    readonly std: number;
    readonly every: number;
    readonly samples: readonly number[];
  }[];
}

const shared = new URL('../../../../../../shared/weights/', import.meta.url);
const weightsFile = new URL('mobilenet_v2_gluon.safetensors', shared);
const featuresFile = new URL('mobilenet_v2_gluon.features.json', shared);
const present = existsSync(weightsFile) && existsSync(featuresFile);

describe.skipIf(!present)("MobileNetV2 of GluonCV (needs the shared folder's weights)", () => {
  const graph = new Graph();
  const x = graph.input('x', [1, 3, 64, 64]);
  const builder = { graph, mode: 'evaluate', dropout: 'off', initialise: kaimingUniformFanIn } as const;
  const features = mobilenetV2Gluon.features(builder, 'encoder', x).slice(1);

  it('has the names and shapes of the weights', () => {
    const { tensors } = decodeSafetensors(readFileSync(weightsFile));
    const wanted = [...tensors].map(([name, { shape }]) => `encoder.${name} ${shape}`);
    expect(graph.variables.map(({ name, value }) => `${name} ${value.shape}`).sort()).toEqual(wanted.sort());
  });

  it('gives the same features', async () => {
    const { tensors } = decodeSafetensors(readFileSync(weightsFile));
    const reference: Reference = JSON.parse(readFileSync(featuresFile, 'utf8'));
    const outputs = Object.fromEntries(features.map((feature, level) => [`level${level + 1}`, feature]));
    const evaluator = await createEvaluator(await nodeRuntime(), graph, outputs);
    const weights = [...tensors].map(([name, tensor]) => [`encoder.${name}`, tensor] as const);
    const results = await evaluator.run({ x: referenceImage(x.shape), ...Object.fromEntries(weights) });
    await evaluator.dispose();
    reference.features.forEach(({ shape, std, every, samples }, level) => {
      const found = results[`level${level + 1}`];
      expect(found?.shape).toEqual(shape);
      samples.forEach((sample, index) => {
        expect(Math.abs(Number(found?.data[index * every]) - sample) / std).toBeLessThan(1e-3);
      });
    });
  });
});
