/** Where networks, optimisers and measures were described. */

export interface Reference {
  /** As it is cited: `Ronneberger et al. 2015`. */
  readonly short: string;
  readonly full: string;
}

const reference = (short: string, full: string): Reference => ({ short, full });

export const DEEPFLASH2 = reference(
  'Griebel et al. 2023',
  'Griebel M, Segebarth D, Stein N, et al. Deep learning-enabled segmentation of ambiguous bioimages with deepflash2. Nature Communications 14, 1679 (2023). doi:10.1038/s41467-023-36960-9',
);
export const KWON = reference(
  'Kwon et al. 2020',
  'Kwon Y, Won J-H, Kim BJ, Paik MC. Uncertainty quantification using Bayesian neural networks in classification: application to biomedical image segmentation. Computational Statistics & Data Analysis 142, 106816 (2020). doi:10.1016/j.csda.2019.106816',
);
export const IMAGENET = reference(
  'Deng et al. 2009',
  'Deng J, Dong W, Socher R, et al. ImageNet: a large-scale hierarchical image database. CVPR 2009, 248-255. doi:10.1109/CVPR.2009.5206848',
);

const CHEN = reference(
  'Chen et al. 2018',
  'Chen L-C, Zhu Y, Papandreou G, Schroff F, Adam H. Encoder-decoder with atrous separable convolution for semantic image segmentation. ECCV 2018. arXiv:1802.02611',
);

export const ARCHITECTURES: Readonly<Record<string, Reference>> = {
  Unet: reference(
    'Ronneberger et al. 2015',
    'Ronneberger O, Fischer P, Brox T. U-Net: convolutional networks for biomedical image segmentation. MICCAI 2015, 234-241. doi:10.1007/978-3-319-24574-4_28',
  ),
  UnetPlusPlus: reference(
    'Zhou et al. 2018',
    'Zhou Z, Siddiquee MMR, Tajbakhsh N, Liang J. UNet++: a nested U-Net architecture for medical image segmentation. DLMIA 2018, 3-11. doi:10.1007/978-3-030-00889-5_1',
  ),
  MAnet: reference(
    'Fan et al. 2020',
    'Fan T, Wang G, Li Y, Wang H. MA-Net: a multi-scale attention network for liver and tumor segmentation. IEEE Access 8, 179656-179665 (2020). doi:10.1109/ACCESS.2020.3025372',
  ),
  Linknet: reference(
    'Chaurasia and Culurciello 2017',
    'Chaurasia A, Culurciello E. LinkNet: exploiting encoder representations for efficient semantic segmentation. VCIP 2017. doi:10.1109/VCIP.2017.8305148',
  ),
  FPN: reference(
    'Kirillov et al. 2019',
    'Kirillov A, Girshick R, He K, Dollár P. Panoptic feature pyramid networks. CVPR 2019. arXiv:1901.02446',
  ),
  PSPNet: reference(
    'Zhao et al. 2017',
    'Zhao H, Shi J, Qi X, Wang X, Jia J. Pyramid scene parsing network. CVPR 2017. arXiv:1612.01105',
  ),
  PAN: reference(
    'Li et al. 2018',
    'Li H, Xiong P, An J, Wang L. Pyramid attention network for semantic segmentation. BMVC 2018. arXiv:1805.10180',
  ),
  DeepLabV3: reference(
    'Chen et al. 2017',
    'Chen L-C, Papandreou G, Schroff F, Adam H. Rethinking atrous convolution for semantic image segmentation. arXiv:1706.05587 (2017)',
  ),
  DeepLabV3Plus: CHEN,
};

const ENCODERS: readonly (readonly [start: RegExp, reference: Reference])[] = [
  [
    /^resnet/,
    reference(
      'He et al. 2016',
      'He K, Zhang X, Ren S, Sun J. Deep residual learning for image recognition. CVPR 2016, 770-778. doi:10.1109/CVPR.2016.90',
    ),
  ],
  [
    /^mobilenet_v2/,
    reference(
      'Sandler et al. 2018',
      'Sandler M, Howard A, Zhu M, Zhmoginov A, Chen L-C. MobileNetV2: inverted residuals and linear bottlenecks. CVPR 2018. arXiv:1801.04381',
    ),
  ],
  [
    /^efficientnet/,
    reference(
      'Tan and Le 2019',
      'Tan M, Le QV. EfficientNet: rethinking model scaling for convolutional neural networks. ICML 2019. arXiv:1905.11946',
    ),
  ],
  [
    /convnext/,
    reference(
      'Liu et al. 2022',
      'Liu Z, Mao H, Wu C-Y, et al. A ConvNet for the 2020s. CVPR 2022. arXiv:2201.03545',
    ),
  ],
  [
    /^densenet/,
    reference(
      'Huang et al. 2017',
      'Huang G, Liu Z, van der Maaten L, Weinberger KQ. Densely connected convolutional networks. CVPR 2017. arXiv:1608.06993',
    ),
  ],
  [
    /^resnext/,
    reference(
      'Xie et al. 2017',
      'Xie S, Girshick R, Dollár P, Tu Z, He K. Aggregated residual transformations for deep neural networks. CVPR 2017. arXiv:1611.05431',
    ),
  ],
  [
    /^se_/,
    reference(
      'Hu et al. 2018',
      'Hu J, Shen L, Sun G. Squeeze-and-excitation networks. CVPR 2018. arXiv:1709.01507',
    ),
  ],
  [
    /^vgg/,
    reference(
      'Simonyan and Zisserman 2015',
      'Simonyan K, Zisserman A. Very deep convolutional networks for large-scale image recognition. ICLR 2015. arXiv:1409.1556',
    ),
  ],
];

/** Undefined for an encoder that nobody described. */
export function encoderReference(encoder: string): Reference | undefined {
  return ENCODERS.find(([start]) => start.test(encoder))?.[1];
}

const ADAM = reference(
  'Kingma and Ba 2015',
  'Kingma DP, Ba J. Adam: a method for stochastic optimization. ICLR 2015. arXiv:1412.6980',
);
const RADAM = reference(
  'Liu et al. 2020',
  'Liu L, Jiang H, He P, et al. On the variance of the adaptive learning rate and beyond. ICLR 2020. arXiv:1908.03265',
);

export const OPTIMIZERS: Readonly<Record<string, Reference>> = {
  Adam: ADAM,
  AdamW: reference(
    'Loshchilov and Hutter 2019',
    'Loshchilov I, Hutter F. Decoupled weight decay regularization. ICLR 2019. arXiv:1711.05101',
  ),
  RAdam: RADAM,
  LAMB: reference(
    'You et al. 2020',
    'You Y, Li J, Reddi S, et al. Large batch optimization for deep learning: training BERT in 76 minutes. ICLR 2020. arXiv:1904.00962',
  ),
  LARC: reference(
    'You et al. 2017',
    'You Y, Gitman I, Ginsburg B. Large batch training of convolutional networks. arXiv:1708.03888 (2017)',
  ),
  QHAdam: reference(
    'Ma and Yarats 2019',
    'Ma J, Yarats D. Quasi-hyperbolic momentum and Adam for deep learning. ICLR 2019. arXiv:1810.06801',
  ),
};
