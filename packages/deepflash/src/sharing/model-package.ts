/**
 * A model as a package of bioimage.io: a zip of the description, format 0.5
 * (github.com/bioimage-io/spec-bioimage-io), the ONNX file, test tensors, a cover and a documentation, which ilastik,
 * deepImageJ, QuPath and others open.
 */
import { createHash } from 'node:crypto';
import { imageSides, type ModelDescription } from '@deepflash/segmentation';
import { zipSync } from 'fflate';
import { stringify } from 'yaml';
import type { Example, NamedTensor } from './example.js';
import { encodeNpy } from './npy.js';

export interface PackageAuthor {
  readonly name: string;
  readonly affiliation?: string;
  readonly orcid?: string;
}

/** Has a DOI or a web address. */
export interface PackageCitation {
  readonly text: string;
  readonly doi?: string;
  readonly url?: string;
}

export interface PackageDetails {
  readonly name: string;
  readonly description: string;
  readonly authors: readonly PackageAuthor[];
  /** SPDX identifier. */
  readonly license: string;
  readonly tags: readonly string[];
  readonly cite: readonly PackageCitation[];
  /** Markdown, with a heading "Validation". */
  readonly documentation: string;
  readonly timestamp: Date;
  /** Further files by name. */
  readonly attachments: Readonly<Record<string, Uint8Array>>;
}

const FORMAT_VERSION = '0.5.7';
const OPSET = 18;

/** The files of a package by name. */
export function packageFiles(
  model: Uint8Array,
  description: ModelDescription,
  example: Example,
  details: PackageDetails,
): Record<string, Uint8Array> {
  const text = new TextEncoder();
  const files: Record<string, Uint8Array> = {
    'weights.onnx': model,
    'README.md': text.encode(details.documentation),
    'cover.png': example.cover,
    [tensorFile(example.input)]: encodeNpy(example.input.shape, example.input.data),
    ...Object.fromEntries(
      example.outputs.map((output) => [tensorFile(output), encodeNpy(output.shape, output.data)]),
    ),
    ...details.attachments,
  };
  const source = (name: string) => ({ source: name, sha256: hash(files[name] as Uint8Array) });
  const { authors, attachments, timestamp } = details;
  const yaml = stringify(
    {
      format_version: FORMAT_VERSION,
      type: 'model',
      name: details.name,
      description: details.description,
      timestamp: timestamp.toISOString(),
      ...(authors.length === 0 ? {} : { authors }),
      cite: details.cite,
      license: details.license,
      tags: details.tags,
      covers: ['cover.png'],
      documentation: 'README.md',
      attachments: Object.keys(attachments).map(source),
      inputs: [inputOf(description, source(tensorFile(example.input)))],
      outputs: example.outputs.map((output) => outputOf(output, description, source(tensorFile(output)))),
      weights: { onnx: { ...source('weights.onnx'), opset_version: OPSET } },
      config: { deepflash: description },
    },
    { aliasDuplicateObjects: false },
  );
  return { 'bioimageio.yaml': text.encode(yaml), ...files };
}

/** The zip of a package. Its entries have one fixed time, so that the same model gives the same file. */
export function encodePackage(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const mtime = new Date(1980, 0, 1);
  const entries = Object.entries(files).map(([name, bytes]) => {
    // Weights hardly get smaller and take long.
    const level = name.endsWith('.onnx') || name.endsWith('.png') ? (0 as const) : (6 as const);
    return [name, [bytes, { level, mtime }]] as const;
  });
  return zipSync(Object.fromEntries(entries) as Parameters<typeof zipSync>[0]);
}

type Source = { readonly source: string; readonly sha256: string };

function inputOf(description: ModelDescription, test: Source) {
  const { channels, means, stds, scale, ensemble, normalisation } = description;
  const { smallest, multipleOf } = imageSides(description as Parameters<typeof imageSides>[0]);
  const step = Math.max(32, multipleOf);
  const size = { min: Math.ceil(Math.max(32, smallest) / step) * step, step };
  const reduced = scale === 1 ? '' : `, reduced by ${scale}`;
  const fixed = { id: 'fixed_zero_mean_unit_variance', kwargs: { axis: 'channel', mean: means, std: stds } };
  const byImage = { id: 'zero_mean_unit_variance', kwargs: { axes: ['y', 'x'] } };
  // An ensemble normalises within, unless each image is normalised by itself.
  const normalise = normalisation === 'image' ? [byImage] : ensemble === undefined ? [fixed] : [];
  return {
    id: 'images',
    description: `Raw intensities${reduced}`,
    axes: [
      { type: 'batch' },
      { type: 'channel', channel_names: Array.from({ length: channels }, (_, i) => `channel${i}`) },
      { type: 'space', id: 'y', size },
      { type: 'space', id: 'x', size },
    ],
    data: { type: 'float32' },
    test_tensor: test,
    preprocessing: [{ id: 'ensure_dtype', kwargs: { dtype: 'float32' } }, ...normalise],
  };
}

const MEANINGS: Readonly<Record<string, string>> = {
  probabilities: 'Probability of each class, the background first',
  uncertainty: 'Uncertainty of each pixel, epistemic and aleatoric together',
  epistemic: 'Uncertainty by which the networks disagree',
  aleatoric: 'Uncertainty of the image itself',
  separation: 'How deep inside its object a pixel lies, and whether two objects touch there',
};

function outputOf({ name, shape }: NamedTensor, { ensemble }: ModelDescription, test: Source) {
  const planes = shape[1] ?? 1;
  const names =
    name === 'probabilities'
      ? Array.from({ length: planes }, (_, c) => (c === 0 ? 'background' : `class${c}`))
      : name === 'separation'
        ? ['distance', 'boundary']
        : [name];
  const along = (id: string) => ({ type: 'space', id, size: { tensor_id: 'images', axis_id: id } });
  return {
    id: name,
    description: MEANINGS[name] ?? '',
    axes: [{ type: 'batch' }, { type: 'channel', channel_names: names }, along('y'), along('x')],
    data: { type: 'float32', range: [0, 1] },
    test_tensor: test,
    ...(ensemble === undefined ? { postprocessing: [postprocessingOf(name)] } : {}),
  };
}

/** What turns the logits of a single network into probabilities. */
function postprocessingOf(name: string) {
  return name === 'separation' ? { id: 'sigmoid' } : { id: 'softmax', kwargs: { axis: 'channel' } };
}

function tensorFile({ name }: NamedTensor): string {
  return `test_${name}.npy`;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
