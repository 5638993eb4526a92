/** ONNX models as plain data, and their bytes. Written with the schema of onnx-proto. */
import onnxProto from 'onnx-proto';
import type { DType, Tensor } from '../tensor.js';

const { onnx } = onnxProto;
const types = onnx.AttributeProto.AttributeType;

/** A number that is a float in ONNX even where it happens to be whole. */
export interface FloatAttribute {
  readonly float: number;
}

/** The same for lists. */
export interface FloatsAttribute {
  readonly floats: readonly number[];
}

export type Attribute = number | string | readonly number[] | FloatAttribute | FloatsAttribute;

export interface OnnxNode {
  readonly type: string;
  readonly domain: string;
  /** Layer and operator of the graph that the node was written for. */
  readonly place: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An axis is a length, or the name of one that is known only when the model runs. */
export interface OnnxPort {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const elementTypes: Record<DType, number> = {
  float32: onnx.TensorProto.DataType.FLOAT,
  int32: onnx.TensorProto.DataType.INT32,
  int64: onnx.TensorProto.DataType.INT64,
  uint8: onnx.TensorProto.DataType.UINT8,
  bool: onnx.TensorProto.DataType.BOOL,
};

/** The bytes of an `.onnx` file: operator set 18, with ONNX Runtime's own domains where nodes use them. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const domains = new Set(model.nodes.map((node) => node.domain).filter((domain) => domain !== ''));
  return onnx.ModelProto.encode({
    irVersion: 8,
    producerName: 'deepflash',
    opsetImport: [{ domain: '', version: 18 }, ...[...domains].map((domain) => ({ domain, version: 1 }))],
    graph: {
      name: 'deepflash',
      input: model.inputs.map(port),
      output: model.outputs.map(port),
      initializer: [...model.initializers].map(([name, tensor]) => initializer(name, tensor)),
      node: model.nodes.map((node, index) => ({
        name: `${node.place}/${node.type}_${index}`,
        opType: node.type,
        domain: node.domain,
        input: [...node.inputs],
        output: [...node.outputs],
        attribute: Object.entries(node.attributes).map(([name, value]) => attribute(name, value)),
      })),
    },
    metadataProps: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
  }).finish();
}

/** The metadata of an `.onnx` file. Throws when the bytes are no ONNX model. */
export function decodeMetadata(bytes: Uint8Array): Record<string, string> {
  const properties = onnx.ModelProto.decode(bytes).metadataProps;
  return Object.fromEntries(properties.map(({ key, value }) => [key ?? '', value ?? '']));
}

function port({ name, dtype, shape }: OnnxPort) {
  const dim = shape.map((length) =>
    typeof length === 'number' ? { dimValue: length } : { dimParam: length },
  );
  return { name, type: { tensorType: { elemType: elementTypes[dtype], shape: { dim } } } };
}

function initializer(name: string, { dtype, shape, data }: Tensor) {
  return { name, dataType: elementTypes[dtype], dims: [...shape], rawData: bytesOf(data) };
}

function attribute(name: string, value: Attribute) {
  if (typeof value === 'number') return { name, type: types.INT, i: value };
  if (typeof value === 'string') return { name, type: types.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: types.FLOAT, f: value.float };
  if ('floats' in value) return { name, type: types.FLOATS, floats: [...value.floats] };
  return { name, type: types.INTS, ints: [...value] };
}

function bytesOf(data: Tensor['data']): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
