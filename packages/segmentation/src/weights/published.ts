/**
 * Where the weights are published that `encoderWeights=imagenet` means.
 *
 * The repositories of `smp-hub` hold what segmentation_models.pytorch itself loads for `encoder_weights="imagenet"`, with
 * its own names; their revisions are pinned to the commits that it names (segmentation_models_pytorch/encoders, 2026).
 * `equals` are repositories of timm with the same trained weights under timm's names, which serve where the first cannot
 * be found, as on a mirror that holds one of them only.
 */

/** What an encoder's input looked like when it was trained: value / 255 * range, minus mean, over std, in RGB. */
export interface Preprocessing {
  readonly means: readonly number[];
  readonly stds: readonly number[];
  /** Lowest and highest value of an image before it is normalised. */
  readonly range: readonly [number, number];
}

/** A file on the Hugging Face Hub. */
export interface HubFile {
  /** `owner/name`. */
  readonly repository: string;
  /** A commit, or the name of a branch where none is known. */
  readonly revision: string;
  readonly file: string;
}

export interface PublishedWeights extends HubFile {
  /** Repositories with the same weights, by timm's names. */
  readonly equals: readonly string[];
  /** Who trained them. */
  readonly source: string;
  /** SPDX name of the licence under which their authors publish them. */
  readonly licence: 'Apache-2.0' | 'BSD-3-Clause';
  readonly preprocessing: Preprocessing;
}

/** Mean and standard deviation of ImageNet's colours, by which nearly all of these encoders were trained. */
export const imagenetPreprocessing: Preprocessing = {
  means: [0.485, 0.456, 0.406],
  stds: [0.229, 0.224, 0.225],
  range: [0, 1],
};

/** The published weights of each encoder. An encoder that is not among them has none that are known. */
export const publishedWeights: Readonly<Record<string, PublishedWeights>> = {
  resnet18: torchvision('resnet18', '3f2325ff978283d47aa6a1d6878ca20565622683'),
  resnet34: torchvision('resnet34', '7a57b34f723329ff020b3f8bc41771163c519d0c'),
  resnet50: torchvision('resnet50', '00cb74e366966d59cd9a35af57e618af9f88efe9'),
  resnet101: torchvision('resnet101', 'cd7c15e8c51da86ae6a084515fdb962d0c94e7d1'),
  resnet152: torchvision('resnet152', '951dd835e9d086628e447b484584c8983f9e1dd0'),
  resnext50_32x4d: torchvision('resnext50_32x4d', '329793c85d62fd340ae42ae39fb905a63df872e7'),
  densenet121: torchvision('densenet121', 'a17c96896a265b61338f66f61d3887b24f61995a'),
  vgg16_bn: torchvision('vgg16_bn', '2c186d02fb519e93219a99a1c2af6295aef0bf0d'),
  // timm's own mobilenetv2_100 was trained anew, so it is another network.
  mobilenet_v2: { ...torchvision('mobilenet_v2', 'e67aa804e17f7b404b629127eabbd224c4e0690b'), equals: [] },
  se_resnext50_32x4d: {
    ...smpHub('se_resnext50_32x4d', '73246406d879a2b0e3fdfe6fddd56347d38f38ae'),
    equals: ['timm/legacy_seresnext50_32x4d.in1k'],
    source: 'Hu et al. 2018, converted by Cadene',
    licence: 'Apache-2.0',
  },
  'efficientnet-b0': efficientNet('b0', '1bbe7ecc1d5ea1d2058de1a2db063b8701aff314'),
  'efficientnet-b1': efficientNet('b1', '5d637466a5215de300a8ccb13a39357df2df2bf4'),
  'efficientnet-b2': efficientNet('b2', 'a96d4f0295ffbae18ebba173bf7f3c0c8f21990e'),
  'efficientnet-b3': efficientNet('b3', '074c54a6c473e0d294690d49cedb6cf463e7127d'),
  'efficientnet-b4': efficientNet('b4', '05cd5dde5dab658f00c463f9b9aa0ced76784f40'),
  // What timm 0.9 loads for the bare name, and with it deepFlash2's default encoder.
  'tu-convnext_tiny': {
    repository: 'timm/convnext_tiny.in12k_ft_in1k',
    revision: 'main',
    file: 'model.safetensors',
    equals: [],
    source: 'timm, trained on ImageNet-12k and then ImageNet-1k',
    licence: 'Apache-2.0',
    preprocessing: imagenetPreprocessing,
  },
};

function smpHub(encoder: string, revision: string) {
  return {
    repository: `smp-hub/${encoder}.imagenet`,
    revision,
    file: 'model.safetensors',
    preprocessing: imagenetPreprocessing,
  };
}

function torchvision(encoder: string, revision: string): PublishedWeights {
  return {
    ...smpHub(encoder, revision),
    equals: [`timm/${encoder}.tv_in1k`],
    source: 'torchvision, first ImageNet weights',
    licence: 'BSD-3-Clause',
  };
}

function efficientNet(size: string, revision: string): PublishedWeights {
  return {
    ...smpHub(`efficientnet-${size}`, revision),
    equals: [`timm/tf_efficientnet_${size}.aa_in1k`],
    source: 'Tan and Le 2019 with AutoAugment, converted from TensorFlow',
    licence: 'Apache-2.0',
  };
}
