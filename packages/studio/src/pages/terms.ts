/** The words that people meet on the way, each with a plain explanation. */
interface Explained {
  readonly title: string;
  readonly explanation: string;
  /** The page on which it is set or seen. */
  readonly seen: '/images' | '/annotate' | '/ground-truth' | '/train' | '/results' | '/export';
  /** What is set there. */
  readonly set?: string;
  readonly reference: string;
}

const GRIEBEL = 'Griebel et al. 2023, Nature Communications 14:1679';

export const terms = {
  'image-segmentation': {
    title: 'Image segmentation',
    explanation:
      'To say of every pixel of an image what it belongs to: a cell or the background, for example.',
    seen: '/results',
    reference: 'Moen et al. 2019, Nature Methods 16:1233',
  },
  annotation: {
    title: 'Annotation',
    explanation:
      'What a person draws on an image to show where the objects are. Networks learn from annotations.',
    seen: '/annotate',
    reference: GRIEBEL,
  },
  'instance-labels': {
    title: 'Instance labels',
    explanation:
      'A picture in which every object has a number of its own, so that touching cells are counted apart.',
    set: 'Objects that touch',
    seen: '/results',
    reference: 'Caicedo et al. 2019, Nature Methods 16:1247',
  },
  'region-of-interest': {
    title: 'Region of interest (ROI)',
    explanation: 'The outline of one object, as ImageJ and Fiji keep it in their ROI Manager.',
    seen: '/results',
    reference: 'Schindelin et al. 2012, Nature Methods 9:676',
  },
  mask: {
    title: 'Mask',
    explanation:
      'A picture of the size of the image that tells of each pixel whether it belongs to an object.',
    seen: '/annotate',
    reference: GRIEBEL,
  },
  classes: {
    title: 'Classes',
    explanation: 'The kinds of things that are told apart, the background being one of them.',
    set: 'Classes, above the drawing',
    seen: '/annotate',
    reference: GRIEBEL,
  },
  'loss-function': {
    title: 'Loss function',
    explanation:
      'A number that tells how wrong a network is. The training makes it small; the blue curve shows how.',
    set: 'loss',
    seen: '/train',
    reference: 'Ma et al. 2021, Medical Image Analysis 71:102035',
  },
  hyperparameter: {
    title: 'Hyperparameter',
    explanation:
      'A setting of a training, such as the learning rate. What you leave open is chosen by your images, and why is told.',
    set: 'the expert view',
    seen: '/train',
    reference: 'Isensee et al. 2021, Nature Methods 18:203',
  },
  'learning-rate': {
    title: 'Learning rate',
    explanation:
      'How much the network changes in each step. Too small and it learns slowly, too large and it learns nothing.',
    set: 'learningRate',
    seen: '/train',
    reference: 'Smith 2018, arXiv:1803.09820',
  },
  'learning-rate-finder': {
    title: 'Learning-rate finder',
    explanation:
      'Tries learning rates from small to large for a moment and proposes the one at which the loss falls best. Set learningRate to auto.',
    set: 'learningRate',
    seen: '/train',
    reference: 'Smith 2017, Cyclical learning rates for training neural networks',
  },
  epoch: {
    title: 'Epoch',
    explanation: 'A round in which as many pixels were seen as all training images have.',
    set: 'epochs, or steps',
    seen: '/train',
    reference: GRIEBEL,
  },
  'batch-size': {
    title: 'Batch size',
    explanation: 'How many tiles of images the network looks at in one step.',
    set: 'batchSize',
    seen: '/train',
    reference: 'Smith 2018, arXiv:1803.09820',
  },
  ensemble: {
    title: 'Ensemble',
    explanation:
      'Several networks, each trained without a part of the images, that predict together. Where they disagree, the result is uncertain.',
    set: 'Networks, or models and folds',
    seen: '/train',
    reference: GRIEBEL,
  },
  'test-time-augmentation': {
    title: 'Test-time augmentation',
    explanation:
      'Each tile is also predicted mirrored, and the answers are averaged: better, and it takes four times as long.',
    set: 'testTimeAugmentation',
    seen: '/train',
    reference: 'Moshkov et al. 2020, Scientific Reports 10:5068',
  },
  staple: {
    title: 'STAPLE',
    explanation:
      'A way to merge the drawings of experts: it estimates how reliable each of them is, and gives those more weight.',
    set: 'Merge by',
    seen: '/ground-truth',
    reference: 'Warfield et al. 2004, IEEE Transactions on Medical Imaging 23:903',
  },
  'majority-voting': {
    title: 'Majority voting',
    explanation: 'A way to merge the drawings of experts: what most of them marked counts.',
    set: 'Merge by',
    seen: '/ground-truth',
    reference: GRIEBEL,
  },
  model: {
    title: 'Model',
    explanation: 'A trained network with its weights, in a file that other programs can open too.',
    set: 'architecture and encoder',
    seen: '/results',
    reference: 'Ouyang et al. 2022, bioRxiv 2022.06.07.495102 (BioImage Model Zoo)',
  },
  dice: {
    title: 'Dice',
    explanation:
      'How well two masks agree: 1 is the same, 0 is no overlap. Twice the shared area, divided by the sum of both.',
    seen: '/train',
    reference: 'Dice 1945, Ecology 26:297',
  },
  uncertainty: {
    title: 'Uncertainty',
    explanation:
      'From 0 to 1, how unsure the networks are of a pixel: because they disagree, or because the image itself is ambiguous.',
    seen: '/results',
    reference: GRIEBEL,
  },
} as const satisfies Readonly<Record<string, Explained>>;

export type TermName = keyof typeof terms;
