/**
 * The names of an encoder's parameters in published files, put into those of segmentation_models.pytorch.
 *
 * | encoder | published as | differs by |
 * |---|---|---|
 * | resnet, resnext, se_resnext, vgg | torchvision, Cadene, timm | the classifier (`fc`, `last_linear`, `head`, …) |
 * | densenet | old files of torchvision | `norm.1` for `norm1` |
 * | mobilenet_v2 | timm | `blocks.2.1.conv_dw` for `features.5.conv.1.0` |
 * | efficientnet-b* | timm | `blocks.2.1.conv_dw` for `_blocks.4._depthwise_conv` |
 * | tu-* | timm | `stages.0` for `model.stages_0` |
 *
 * A file of a whole segmentation network is understood, too: its `encoder.` part counts.
 */

/**
 * The parameters of an encoder in a file: from each name in the file to its name within the encoder. Names that belong
 * to a classifier, a decoder or a counter of batches are left out; names that are not understood stay as they are.
 */
export function encoderNames(encoder: string, names: readonly string[]): ReadonlyMap<string, string> {
  const inner = withoutPrefixes(names);
  const translate = translation(encoder, [...inner.values()]);
  return new Map(
    [...inner]
      .filter(([, name]) => !isForeign(name))
      .map(([given, name]) => [given, translate(name)] as const),
  );
}

/** Prefixes that wrappers put before every name, and the part of a whole network that is its encoder. */
function withoutPrefixes(names: readonly string[]): Map<string, string> {
  let inner = new Map(names.map((name) => [name, name]));
  for (const wrapper of ['module.', 'model.']) {
    const within = [...inner].filter(([, name]) => name.startsWith(`${wrapper}encoder.`));
    const all = [...inner.values()].every((name) => name.startsWith(wrapper));
    const wrapped = within.length > 0 || (all && wrapper === 'module.');
    if (!wrapped) continue;
    inner = new Map([...inner].map(([given, name]) => [given, unprefixed(name, wrapper)]));
  }
  const ofNetwork = [...inner].filter(([, name]) => name.startsWith('encoder.'));
  if (ofNetwork.length === 0) return inner;
  return new Map(ofNetwork.map(([given, name]) => [given, unprefixed(name, 'encoder.')]));
}

function unprefixed(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function isForeign(name: string): boolean {
  return (
    /^(fc|_fc|classifier|last_linear|head|pre_logits)\./.test(name) || name.endsWith('.num_batches_tracked')
  );
}

function translation(encoder: string, names: readonly string[]): (name: string) => string {
  const blocks = timmBlocks(names);
  if (encoder.startsWith('densenet')) {
    return (name) => name.replace(/(\.denselayer\d+\.(?:norm|conv))\.([12]\.)/, '$1$2');
  }
  if (encoder.startsWith('tu-')) {
    return (name) =>
      name.startsWith('model.') ? name : `model.${name.replace(/^(stem|stages)\.(\d+)\./, '$1_$2.')}`;
  }
  if (blocks.count === 0) return (name) => name;
  if (encoder.startsWith('mobilenet_v2')) return (name) => mobileNetName(name, blocks);
  if (encoder.startsWith('efficientnet')) return (name) => efficientNetName(name, blocks);
  return (name) => name;
}

interface TimmBlocks {
  readonly count: number;
  /** From `stage.block` to the number of the block in the whole network. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Blocks that widen the channels before their depthwise convolution. */
  readonly expanding: ReadonlySet<string>;
}

function timmBlocks(names: readonly string[]): TimmBlocks {
  const found = names.flatMap((name) => {
    const [, stage, block] = /^blocks\.(\d+)\.(\d+)\./.exec(name) ?? [];
    return stage === undefined || block === undefined ? [] : [[Number(stage), Number(block)] as const];
  });
  const keys = [
    ...new Set(found.sort(([s, b], [t, c]) => s - t || b - c).map(([stage, block]) => `${stage}.${block}`)),
  ];
  return {
    count: keys.length,
    numbers: new Map(keys.map((key, number) => [key, number])),
    expanding: new Set(keys.filter((key) => names.includes(`blocks.${key}.conv_pwl.weight`))),
  };
}

/** The parts of a block of timm's, by whether it expands, in the names of another implementation. */
interface BlockParts {
  readonly expanding: Readonly<Record<string, string>>;
  readonly plain: Readonly<Record<string, string>>;
}

const mobileNetParts: BlockParts = {
  expanding: {
    conv_pw: '0.0',
    bn1: '0.1',
    conv_dw: '1.0',
    bn2: '1.1',
    conv_pwl: '2',
    bn3: '3',
  },
  plain: { conv_dw: '0.0', bn1: '0.1', conv_pw: '1', bn2: '2' },
};

const efficientNetParts: BlockParts = {
  expanding: {
    conv_pw: '_expand_conv',
    bn1: '_bn0',
    conv_dw: '_depthwise_conv',
    bn2: '_bn1',
    'se.conv_reduce': '_se_reduce',
    'se.conv_expand': '_se_expand',
    conv_pwl: '_project_conv',
    bn3: '_bn2',
  },
  plain: {
    conv_dw: '_depthwise_conv',
    bn1: '_bn1',
    'se.conv_reduce': '_se_reduce',
    'se.conv_expand': '_se_expand',
    conv_pw: '_project_conv',
    bn2: '_bn2',
  },
};

function mobileNetName(name: string, blocks: TimmBlocks): string {
  const last = blocks.count + 1;
  const ends = {
    conv_stem: 'features.0.0',
    bn1: 'features.0.1',
    conv_head: `features.${last}.0`,
    bn2: `features.${last}.1`,
  };
  return renamed(name, blocks, mobileNetParts, ends, (number, part) => `features.${number + 1}.conv.${part}`);
}

function efficientNetName(name: string, blocks: TimmBlocks): string {
  const ends = { conv_stem: '_conv_stem', bn1: '_bn0', conv_head: '_conv_head', bn2: '_bn1' };
  return renamed(name, blocks, efficientNetParts, ends, (number, part) => `_blocks.${number}.${part}`);
}

function renamed(
  name: string,
  { numbers, expanding }: TimmBlocks,
  parts: BlockParts,
  ends: Readonly<Record<string, string>>,
  block: (number: number, part: string) => string,
): string {
  const [, key = '', part = '', leaf = ''] = /^blocks\.(\d+\.\d+)\.(.+)\.(\w+)$/.exec(name) ?? [];
  const number = numbers.get(key);
  if (number !== undefined) {
    const known = (expanding.has(key) ? parts.expanding : parts.plain)[part];
    return known === undefined ? name : `${block(number, known)}.${leaf}`;
  }
  const [, end = '', rest = ''] = /^(\w+)\.(\w+)$/.exec(name) ?? [];
  return ends[end] === undefined ? name : `${ends[end]}.${rest}`;
}
