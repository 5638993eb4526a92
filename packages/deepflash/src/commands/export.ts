import { dirname } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../errors.js';
import { type ExportOptions, exportModel } from '../sharing/export-model.js';
import type { PackageAuthor, PackageCitation } from '../sharing/model-package.js';
import { makeFolder } from '../writable.js';
import { createVoice, newCommand } from './command.js';

export function exportCommand(): Command {
  return newCommand(
    'export',
    'Write a trained model as a package of bioimage.io, to share it.',
    'deepflash export --model runs/first --out cfos.zip --name "cFOS nuclei" --author "Ada Muster; Institute; 0000-0002-1825-0097"',
  )
    .requiredOption(
      '--model <run|file.onnx>',
      'a finished run, or its ensemble.onnx or one of its model.onnx files',
    )
    .requiredOption('--out <file.zip>', 'package to write')
    .option('--name <text>', 'what the model is for; default: its network')
    .option('--description <text>', 'one or two sentences about it')
    .option('--author <text...>', 'authors, each as "Name; affiliation; ORCID"; the last two may be left out')
    .option('--license <id>', 'SPDX identifier; default: CC-BY-4.0')
    .option('--tags <tags>', 'words with commas between them, such as fluorescence-light-microscopy,nuclei')
    .option('--cite <text...>', 'what to cite, each as "text; DOI or web address"')
    .option('--image <file>', 'image for the example; default: the first one of the training')
    .action(async (options: GivenOptions) => {
      const voice = createVoice(options);
      const { model, out } = options;
      if (!/\.zip$/i.test(out)) throw new UsageError(`--out ${out} must end in .zip: it is one file.`);
      await makeFolder(dirname(out));
      const files = await exportModel(packageOptions(options));
      if (options.author === undefined) {
        voice.say('Note: no --author was named; bioimage.io asks for one when a model is handed in.');
      }
      voice.answer({ file: out, model, files }, [`Package: ${out} (${files.length} files)`]);
    });
}

interface GivenOptions {
  readonly model: string;
  readonly out: string;
  readonly name?: string;
  readonly description?: string;
  readonly author?: readonly string[];
  readonly license?: string;
  readonly tags?: string;
  readonly cite?: readonly string[];
  readonly image?: string;
  readonly json?: boolean;
}

function packageOptions({ author, tags, cite, json: _, ...plain }: GivenOptions): ExportOptions {
  return {
    ...plain,
    ...(author === undefined ? {} : { authors: author.map(authorOf) }),
    ...(tags === undefined ? {} : { tags: parts(tags, ',') }),
    ...(cite === undefined ? {} : { cite: cite.map(citationOf) }),
  };
}

function authorOf(text: string): PackageAuthor {
  const [name, affiliation, orcid] = parts(text, ';');
  if (name === undefined) throw new UsageError('--author must begin with a name.');
  if (orcid !== undefined && !isOrcid(orcid)) {
    throw new UsageError(`--author ${name}: ${orcid} is no ORCID, such as 0000-0002-1825-0097.`);
  }
  return {
    name,
    ...(affiliation === undefined ? {} : { affiliation }),
    ...(orcid === undefined ? {} : { orcid }),
  };
}

/** Four groups of four, the last character of which is a check digit (ISO 7064, mod 11-2). */
function isOrcid(text: string): boolean {
  if (!/^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/.test(text)) return false;
  const digits = [...text.replaceAll('-', '')].map((digit) => (digit === 'X' ? 10 : Number(digit)));
  return digits.reduce((check, digit) => (2 * check + digit) % 11, 0) === 1;
}

function citationOf(given: string): PackageCitation {
  const [text = given, doi] = parts(given, ';');
  if (doi === undefined) {
    throw new UsageError(
      `--cite ${given}: bioimage.io wants a DOI or a web address behind it, after a semicolon.`,
    );
  }
  const plain = doi.replace(/^(https?:\/\/)?(dx\.)?doi\.org\//, '');
  if (/^10\.\d{4}.+$/.test(plain)) return { text, doi: plain };
  if (/^https?:\/\/\S+\.\S+$/.test(plain)) return { text, url: plain };
  throw new UsageError(`--cite: ${doi} is no DOI, such as 10.1038/s41467-023-36960-9, and no web address.`);
}

function parts(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
