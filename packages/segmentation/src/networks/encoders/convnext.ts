/**
 * ConvNeXt (Liu et al. 2022), names and initialisation as timm gives its features. It has four levels, the first a
 * quarter of the image; levels below the depth have no parameters.
 */
import { add, filledWith, gelu, mul, normalWith, reshape, type Value } from '@deepflash/engine';
import { type Builder, conv2dWithBias, layerNorm, linear } from '../layers.js';
import type { Encoder, EncoderOptions } from './encoder.js';

export const convnextTiny = convnext([3, 3, 9, 3], [96, 192, 384, 768]);

type Four = readonly [number, number, number, number];

function convnext(depths: Four, sizes: Four): Encoder {
  return {
    features(given, prefix, x, { depth = 5, outputStride = 32 }: EncoderOptions = {}) {
      const builder: Builder = { ...given, initialise: normalWith(0.02) };
      const path = `${prefix}.model`;
      const stem = conv2dWithBias(builder, `${path}.stem_0`, x, { filters: sizes[0], kernel: 4, stride: 4 });
      let y = layerNorm(builder, `${path}.stem_1`, stem);
      let reduction = 4;
      let dilation = 1;
      const features = [x];
      depths.slice(0, depth).forEach((blocks, stage) => {
        const name = `${path}.stages_${stage}`;
        if (stage > 0) {
          const dilated = reduction >= outputStride;
          if (dilated) dilation *= 2;
          else reduction *= 2;
          y = downsample(builder, `${name}.downsample`, y, {
            filters: sizes[stage] ?? 0,
            ...(dilated ? dilatedPatch(dilation) : { stride: 2 }),
          });
        }
        for (let number = 0; number < blocks; number++) {
          y = block(builder, `${name}.blocks.${number}`, y, dilation);
        }
        features.push(y);
      });
      return features;
    },
  };
}

/** Instead of a step of two pixels: the patch covers as many, but moves by one, the size kept by padding. */
function dilatedPatch(dilation: number) {
  const patchDilation = dilation > 2 ? 2 : 1;
  const before = Math.floor(patchDilation / 2);
  const after = patchDilation - before;
  return { dilation: patchDilation, padding: [before, before, after, after] } as const;
}

function downsample(
  builder: Builder,
  name: string,
  x: Value,
  window: { readonly filters: number; readonly stride?: number } & Partial<ReturnType<typeof dilatedPatch>>,
): Value {
  const normalised = layerNorm(builder, `${name}.0`, x);
  return conv2dWithBias(builder, `${name}.1`, normalised, { kernel: 2, ...window });
}

function block(builder: Builder, name: string, x: Value, dilation: number): Value {
  const channels = x.shape[1] ?? 0;
  const gamma = builder.graph.parameter(`${name}.gamma`, [channels], filledWith(1e-6));
  const moved = conv2dWithBias(builder, `${name}.conv_dw`, x, {
    filters: channels,
    groups: channels,
    kernel: 7,
    padding: 3 * dilation,
    dilation,
  });
  const normalised = layerNorm(builder, `${name}.norm`, moved);
  const wide = gelu(linear(builder, `${name}.mlp.fc1`, normalised, 4 * channels));
  const narrow = linear(builder, `${name}.mlp.fc2`, wide, channels);
  return add(mul(narrow, reshape(gamma, [1, channels, 1, 1])), x);
}
