/** From a run or a model file to a package of bioimage.io. */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { nodeRuntime } from '@deepflash/engine/node';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { describeModelFile, type ModelDescription, ModelFileError } from '@deepflash/segmentation';
import { z } from 'zod';
import { readBytes } from '../bytes.js';
import { messageOf, UsageError } from '../errors.js';
import { readEvents } from '../runs/events.js';
import { runFiles } from '../runs/layout.js';
import { openRun, type Run } from '../runs/run.js';
import { summarise, validationResults } from '../runs/validation-results.js';
import { exampleOf } from './example.js';
import { encodePackage, type PackageDetails, packageFiles } from './model-package.js';

export interface ExportOptions
  extends Partial<Pick<PackageDetails, 'name' | 'description' | 'license' | 'tags' | 'authors' | 'cite'>> {
  /** A run, or the file of an ensemble or a network. */
  readonly model: string;
  readonly out: string;
  /** An image to test the model with. Default: the first one that a run learnt from. */
  readonly image?: string;
}

const DEEPFLASH2 = {
  text: 'Griebel et al. 2023, Deep learning-enabled segmentation of ambiguous bioimages with deepFlash2, Nature Communications 14:1679',
  doi: '10.1038/s41467-023-36960-9',
};

const USUAL_LICENSE = 'CC-BY-4.0';

/**
 * Writes the package of a model.
 *
 * @returns the names of the files in it
 * @throws UsageError, FileWriteError.
 */
export async function exportModel(options: ExportOptions): Promise<readonly string[]> {
  const { model: path, out } = options;
  if (!existsSync(path))
    throw new UsageError(`${path} does not exist: name a run or a model file with --model.`);
  const run = statSync(path).isDirectory() ? await openRun(path) : undefined;
  const file = run === undefined ? path : runFiles(path).ensemble;
  if (!existsSync(file)) {
    throw new UsageError(
      `${path} has no ensemble.onnx: finish the training with the command that began it, or name one of its model.onnx files.`,
    );
  }
  const bytes = await readBytes(file);
  const description = describedBy(bytes, file);
  const example = await exampleOf(
    await nodeRuntime({ device: 'cpu' }),
    bytes,
    description,
    imageOf(options, run),
  );
  const files = packageFiles(bytes, description, example, {
    ...detailsOf(options, description, run),
    attachments: run === undefined ? {} : { 'config.json': await readBytes(runFiles(path).config) },
  });
  await writeFileAtomic(out, encodePackage(files));
  return Object.keys(files);
}

function describedBy(bytes: Uint8Array, file: string): ModelDescription {
  try {
    return describeModelFile(bytes);
  } catch (error) {
    const reason = error instanceof ModelFileError ? error.problem : messageOf(error);
    throw new UsageError(`${file} is no model of deepflash (${reason}): name a run or one of its files.`);
  }
}

function imageOf({ image }: ExportOptions, run: Run | undefined): string {
  if (image !== undefined) return image;
  const first = run?.data.items[0];
  const file = run && first && join(run.data.imageFolder, first.image.name);
  if (file !== undefined && existsSync(file)) return file;
  throw new UsageError(
    run === undefined
      ? 'A package holds an example: name an image for it with --image.'
      : `The images of the training are not at ${run.data.imageFolder} any more: name an image with --image.`,
  );
}

function detailsOf(
  options: ExportOptions,
  description: ModelDescription,
  run: Run | undefined,
): Omit<PackageDetails, 'attachments'> {
  const { architecture, encoder, classes, channels, ensemble } = description;
  const networks = ensemble?.weights.length ?? 1;
  const name = checkedName(
    options.name ?? `${architecture} ${encoder} segmentation`.replace(/[^\w\-() ]/g, '-'),
  );
  const what = networks === 1 ? 'A network' : `An ensemble of ${networks} networks`;
  const text =
    options.description ??
    `${what} (${architecture} with the encoder ${encoder}) that tells ${classes} classes apart in images of ${channels === 1 ? 'one channel' : `${channels} channels`}, trained with deepflash.`;
  const tags = ['deepflash', 'semantic-segmentation', '2d', architecture.toLowerCase()];
  const license = checkedLicense(options.license ?? USUAL_LICENSE);
  return {
    ...{ name, license, description: text },
    authors: options.authors ?? [],
    tags: [...new Set([...tags, ...(options.tags ?? [])])],
    cite: [...(options.cite ?? []), DEEPFLASH2],
    documentation: documentationOf(name, text, description, run),
    timestamp: new Date(),
  };
}

function checkedName(name: string): string {
  if (/^[\p{L}\p{N}_\-() ]{5,64}$/u.test(name)) return name;
  throw new UsageError(
    `--name ${JSON.stringify(name)} must have 5 to 64 letters, numbers, spaces, brackets, _ or -: bioimage.io takes no others.`,
  );
}

function spdxIds(): string[] {
  return z.array(z.string()).parse(createRequire(import.meta.url)('spdx-license-ids'));
}

/** As SPDX writes it, whatever the capitals. */
function checkedLicense(given: string): string {
  const known = spdxIds().find((id) => id.toLowerCase() === given.toLowerCase());
  if (known !== undefined) return known;
  throw new UsageError(
    `--license ${given} is no identifier of SPDX, such as CC-BY-4.0, MIT or Apache-2.0: https://spdx.org/licenses lists them.`,
  );
}

function documentationOf(
  name: string,
  description: string,
  { scale, ensemble, classes, classValues }: ModelDescription,
  run: Run | undefined,
): string {
  const size =
    scale === 1 ? '' : ` Reduce images by ${scale} first, so that one pixel is ${scale} of the original.`;
  const uncertainty =
    ensemble === undefined
      ? ''
      : ' The uncertainty of a pixel, from 0 to 1, is the sum of an epistemic part (the networks disagree) and an aleatoric part (the image is ambiguous).';
  return `# ${name}

${description}

## Use

Input are raw intensities as in the image file; they are normalised by the model or its description.${size}
Output are the probabilities of ${classes} classes, of which the first is the background; in the masks of the training they had
the values ${classValues.join(', ')}.${uncertainty}

## Validation

${validationOf(run)}
`;
}

function validationOf(run: Run | undefined): string {
  const events = run === undefined ? [] : readEvents(runFiles(run.path).events);
  const summary = run && summarise(run, events);
  if (run === undefined || summary?.dice == null) {
    return 'Nothing is known of how well it does on images that it has not seen: compare its masks with some that were drawn by hand.';
  }
  const spread = summary.diceDeviation === null ? '' : ` ± ${summary.diceDeviation.toFixed(3)}`;
  const [all, held] = [run.data.items.length, validationResults(run, events).length];
  const which =
    held === all ? `the ${all} images of the training` : `${held} of the ${all} images of the training`;
  const seen = run.data.seenBefore
    ? ' The training that it started from had learnt, or may have, from some of these images, so that this is likely higher than on new ones.'
    : '';
  return `On ${which}, each predicted by a network that had not seen it, the mean Dice coefficient was ${summary.dice.toFixed(3)}${spread}.${seen} Images of another microscope or staining can differ: compare the masks of some of them with masks drawn by hand before relying on the model.`;
}
