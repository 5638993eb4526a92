/**
 * ONNX Runtime's operators on blocked tensors for any block size, spelled out: what they do to the order of numbers is
 * done here, and what they compute is left to the plain operators. So lowerings for processors with AVX-512 (blocks of
 * 16) run on a machine that has none. The rules of ONNX Runtime's kernels are checked on the way.
 *
 * Layouts, as in `lowering/emitter.ts`: blocked images are [N][C/b][H][W][b]; weights of whole blocks
 * [O/b][I/b][kH][kW][b in][b out], of fewer channels than a block [O/b][I][kH][kW][b out], depthwise [C/b][kH][kW][b].
 */
import { encodeModel, type OnnxModel, type OnnxNode, type OnnxPort } from '../onnx/model.js';
import { fromOrt, type Runtime, toOrt } from '../runtime.js';
import { type DType, float32, type Shape, sizeOf, type Tensor } from '../tensor.js';

type Values = Map<string, Tensor>;

/** Runs a model that was lowered for blocks of b channels, and returns all values by name. */
export async function runSpelledOut(
  runtime: Runtime,
  model: OnnxModel,
  b: number,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Values> {
  const values: Values = new Map([...model.initializers, ...Object.entries(feeds)]);
  let plain: OnnxNode[] = [];
  const flush = async (): Promise<void> => {
    await runPlain(runtime, plain, values);
    plain = [];
  };
  for (const node of model.nodes) {
    if (node.domain !== 'com.microsoft.nchwc') {
      plain.push(node);
      continue;
    }
    await flush();
    values.set(node.outputs[0] ?? '', await runBlocked(runtime, node, values, b));
  }
  await flush();
  return values;
}

/** Runs plain nodes as one model. Each result comes as a list of numbers beside its shape, which need not be known before. */
async function runPlain(runtime: Runtime, nodes: readonly OnnxNode[], values: Values): Promise<void> {
  if (nodes.length === 0) return;
  const made = new Map<string, DType>();
  const inputs = new Map<string, OnnxPort>();
  const typeOf = (name: string): DType => made.get(name) ?? values.get(name)?.dtype ?? 'float32';
  for (const node of nodes) {
    for (const name of node.inputs) {
      const tensor = values.get(name);
      if (tensor && !made.has(name)) inputs.set(name, { name, dtype: tensor.dtype, shape: tensor.shape });
    }
    for (const [index, name] of node.outputs.entries()) made.set(name, resultType(node, index, typeOf));
  }
  const place = 'results';
  const told = [...made].flatMap(([name, dtype]): { node: OnnxNode; port: OnnxPort }[] => [
    {
      node: {
        type: 'Reshape',
        domain: '',
        place,
        inputs: [name, 'flat'],
        outputs: [`${name}/flat`],
        attributes: {},
      },
      port: { name: `${name}/flat`, dtype, shape: [`${name}/length`] },
    },
    {
      node: { type: 'Shape', domain: '', place, inputs: [name], outputs: [`${name}/shape`], attributes: {} },
      port: { name: `${name}/shape`, dtype: 'int64', shape: [`${name}/rank`] },
    },
  ]);
  const flat: Tensor = { dtype: 'int64', shape: [1], data: BigInt64Array.of(-1n) };
  const bytes = encodeModel({
    inputs: [...inputs.values()],
    outputs: told.map(({ port }) => port),
    nodes: [...nodes, ...told.map(({ node }) => node)],
    initializers: new Map([['flat', flat]]),
    metadata: {},
  });
  const session = await runtime.InferenceSession.create(bytes, {
    ...runtime.sessionOptions,
    graphOptimizationLevel: 'disabled',
  });
  const feeds = [...inputs.keys()].flatMap((name) => {
    const tensor = values.get(name);
    return tensor ? [[name, toOrt(runtime, tensor)] as const] : [];
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  for (const name of made.keys()) {
    const [numbers, shape] = [results[`${name}/flat`], results[`${name}/shape`]];
    if (!numbers || !shape) throw new Error(`${name} was not computed.`);
    values.set(name, {
      ...fromOrt(numbers),
      shape: Array.from(shape.data as BigInt64Array, Number),
    } as Tensor);
  }
}

function resultType({ type, inputs }: OnnxNode, index: number, typeOf: (name: string) => DType): DType {
  if (type === 'Shape' || (type === 'MaxPool' && index === 1)) return 'int64';
  if (type === 'Equal' || type === 'Greater' || type === 'And' || type === 'Not') return 'bool';
  if (type === 'Cast' || type === 'ConstantOfShape') return 'float32';
  return typeOf(inputs[0] ?? '');
}

async function runBlocked(runtime: Runtime, node: OnnxNode, values: Values, b: number): Promise<Tensor> {
  const given = node.inputs.map((name) => values.get(name));
  const [x, weight, bias, sum] = given;
  if (!isFloat(x)) throw new Error(`${node.type} has no image.`);
  switch (node.type) {
    case 'ReorderInput':
      return blocked(x, b);
    case 'ReorderOutput':
      return firstChannels(unblocked(x, b), Number(node.attributes.channels));
    case 'Conv':
      if (!isFloat(weight)) throw new Error('A convolution has no weight.');
      return blocked(await convolved(runtime, node, { x, weight, bias, sum }, b), b);
    case 'Upsample': {
      const { scales } = node.attributes;
      const factors = float32([4], Array.isArray(scales) ? scales : []);
      const attributes = {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      };
      const nodes = [plainNode('Resize', ['x', '', 'scales'], attributes)];
      return blocked(await resultOf(runtime, nodes, { x: unblocked(x, b), scales: factors }), b);
    }
    default:
      return blocked(
        await resultOf(runtime, [plainNode(node.type, ['x'], node.attributes)], { x: unblocked(x, b) }),
        b,
      );
  }
}

function isFloat(tensor: Tensor | undefined): tensor is Tensor<'float32'> {
  return tensor?.dtype === 'float32';
}

interface Operands {
  readonly x: Tensor<'float32'>;
  readonly weight: Tensor<'float32'>;
  readonly bias: Tensor | undefined;
  readonly sum: Tensor | undefined;
}

async function convolved(runtime: Runtime, node: OnnxNode, { x, weight, bias, sum }: Operands, b: number) {
  const { activation, activation_params: limits, ...attributes } = node.attributes;
  const [filters = 0, perGroup = 0] = weight.shape;
  const channels = x.shape[1] ?? 0;
  const depthwise = Number(attributes.group) === filters && filters > 1 && perGroup === 1;
  // As ONNX Runtime demands it.
  if (filters % b !== 0 || (channels >= b && channels % b !== 0)) {
    throw new Error(`A blocked convolution cannot have ${channels} channels and ${filters} filters.`);
  }
  const image = depthwise || perGroup >= b ? unblocked(x, b) : x;
  const named: Record<string, Tensor> = { x: image, weight: plainWeight(weight, b, depthwise) };
  if (bias) named.bias = bias;
  const nodes = [plainNode('Conv', ['x', 'weight', ...(bias ? ['bias'] : [])], attributes)];
  if (isFloat(sum)) {
    named.sum = unblocked(sum, b);
    nodes.push(plainNode('Add', [last(nodes), 'sum']));
  }
  if (activation === 'Relu') nodes.push(plainNode('Relu', [last(nodes)]));
  if (activation === 'Clip' && typeof limits === 'object' && 'floats' in limits) {
    named.low = float32([], [limits.floats[0] ?? 0]);
    named.high = float32([], [limits.floats[1] ?? 0]);
    nodes.push(plainNode('Clip', [last(nodes), 'low', 'high']));
  }
  return resultOf(runtime, nodes, named);
}

let nodesMade = 0;

function plainNode(
  type: string,
  inputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  return { type, domain: '', place: 'blocked', inputs, outputs: [`${type}/${nodesMade++}`], attributes };
}

function last(nodes: readonly OnnxNode[]): string {
  return nodes.at(-1)?.outputs[0] ?? '';
}

async function resultOf(
  runtime: Runtime,
  nodes: readonly OnnxNode[],
  named: Readonly<Record<string, Tensor>>,
): Promise<Tensor<'float32'>> {
  const values: Values = new Map(Object.entries(named));
  await runPlain(runtime, nodes, values);
  const result = values.get(last(nodes));
  if (!isFloat(result)) throw new Error('An operator has no result.');
  return result;
}

/** Where each number of a plain image lies in the blocked one. */
function blockedPlaces([batch = 0, channels = 0, ...size]: Shape, b: number): Int32Array {
  if (channels % b !== 0) throw new Error(`${channels} channels fill no blocks of ${b}.`);
  const pixels = sizeOf(size);
  return Int32Array.from({ length: batch * channels * pixels }, (_, index) => {
    const [plane, pixel] = [Math.floor(index / pixels), index % pixels];
    return (Math.floor(plane / b) * pixels + pixel) * b + (plane % b);
  });
}

function blocked({ shape, data }: Tensor<'float32'>, b: number): Tensor<'float32'> {
  const result = float32(shape);
  blockedPlaces(shape, b).forEach((place, index) => {
    result.data[place] = data[index] ?? Number.NaN;
  });
  return result;
}

function unblocked({ shape, data }: Tensor<'float32'>, b: number): Tensor<'float32'> {
  return float32(
    shape,
    Float32Array.from(blockedPlaces(shape, b), (place) => data[place] ?? Number.NaN),
  );
}

function firstChannels({ shape, data }: Tensor<'float32'>, wanted: number): Tensor<'float32'> {
  const [batch = 0, channels = 0, ...size] = shape;
  const pixels = sizeOf(size);
  const kept = data.filter((_, index) => Math.floor(index / pixels) % channels < wanted);
  return float32([batch, wanted, ...size], kept);
}

function plainWeight({ shape, data }: Tensor<'float32'>, b: number, depthwise: boolean): Tensor<'float32'> {
  const [, channels = 0, ...kernel] = shape;
  const taps = sizeOf(kernel);
  const place = (filter: number, channel: number, tap: number): number => {
    const [block, within] = [Math.floor(filter / b), filter % b];
    if (depthwise) return (block * taps + tap) * b + within;
    if (channels < b) return ((block * channels + channel) * taps + tap) * b + within;
    const tile = (block * (channels / b) + Math.floor(channel / b)) * taps + tap;
    return (tile * b + (channel % b)) * b + within;
  };
  const numbers = data.map((_, index) => {
    const [filter, rest] = [Math.floor(index / (channels * taps)), index % (channels * taps)];
    return data[place(filter, Math.floor(rest / taps), rest % taps)] ?? Number.NaN;
  });
  return float32(shape, numbers);
}
