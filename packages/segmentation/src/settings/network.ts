import { z } from 'zod';
import { architectures, encoders } from '../networks/network.js';
import { namesOf, shown, whole } from './kinds.js';

/** The network and the weights that it starts from. */
export const networkSettings = {
  architecture: z
    .enum(namesOf(architectures))
    .default('Unet')
    .meta(
      shown(
        "How the encoder's features become a map. Unet suits most images; UnetPlusPlus and MAnet take longer and can be better at fine detail; FPN and Linknet are quick; DeepLabV3, DeepLabV3Plus and PAN see wide surroundings (large objects, thick edges); PSPNet is the quickest and blurs small objects.",
      ),
    ),
  encoder: z
    .enum(['auto', ...namesOf(encoders)])
    .default('auto')
    .meta(
      shown(
        'The part of the network that reads the image; auto: a light pretrained one without a GPU, a ResNet-34 with one. Without a GPU: mobilenet_v2, efficientnet-b0 or resnet18; with one: resnet34, resnet50, efficientnet-b1 to b4 or tu-convnext_tiny; resnet101, resnet152, densenet121, se_resnext50_32x4d, resnext50_32x4d and vgg16_bn are slower and rarely better.',
      ),
    ),
  encoderDepth: z
    .union([z.literal(3), z.literal(4), z.literal(5)])
    .nullable()
    .default(null)
    .meta({
      description:
        'How often the encoder halves the image. Fewer levels see less of the surroundings and are quicker; null: what is usual for the architecture.',
      form: '3, 4 or 5',
    }),
  decoderChannels: z.array(whole(1, 4096)).min(1).nullable().default(null).meta({
    description:
      "Filters of the decoder's parts, such as 256, 128, 64, 32, 16 of a Unet; null: those of the architecture.",
    form: "a whole number for each of the decoder's parts",
  }),
  encoderWeights: z
    .string()
    .regex(
      /^(auto|none|imagenet|hf:[\w.-]+\/[\w.-]+(\/[\w./-]+)?(@[\w.-]+)?|.*\.(safetensors|onnx|pth|pt|bin|ckpt))$/i,
    )
    .transform((text) => (/^(auto|none|imagenet)$/i.test(text) ? text.toLowerCase() : text))
    .default('auto')
    .meta({
      ...shown(
        'Weights that the encoder starts from; imagenet downloads published ones once, auto does so where they can be had.',
      ),
      form: 'auto, none, imagenet, the path of a .safetensors file, or hf:owner/repository',
    }),
  initialWeights: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({
      ...shown(
        'An earlier training whose whole networks are trained further; encoderWeights then has no effect.',
      ),
      form: 'a run, or the path of a model.safetensors or model.onnx',
    }),
  classes: whole(2, 256)
    .nullable()
    .default(null)
    .meta(shown('Number of classes with the background; null: as many as the masks hold values.')),
};
