import { totalmem } from 'node:os';
import { NetworkError } from '@deepflash/segmentation';
import type { Command } from 'commander';
import { probeDevice } from '../devices/probe.js';
import { UsageError, WorkError } from '../errors.js';
import {
  type CataloguedNetwork,
  catalogued,
  type NetworkName,
  networkNames,
  REFERENCE,
} from '../networks/catalogue.js';
import { type Estimate, estimateTraining, type Verdict, verdictOf } from '../networks/estimate.js';
import { measureTraining } from '../networks/measure.js';
import { wholeNumber } from '../whole-number.js';
import { createVoice, newCommand, type Voice } from './command.js';

/** A network as the list tells it. */
interface ListedNetwork {
  readonly architecture: string;
  readonly encoder: string;
  readonly parameters: number;
  /** For a tile of 256x256 pixels. */
  readonly multiplyAdds: number;
  readonly pretrained: boolean;
  /** Of training with batches of four such tiles, on the processor. */
  readonly memoryMB: number;
  readonly secondsPerStep: number;
  readonly basis: 'measured' | 'estimated';
  readonly verdict: Verdict;
}

export function networksCommand(): Command {
  return newCommand(
    'networks',
    'List all networks with size, memory and time of a training step on this machine.',
    'deepflash networks\n  deepflash networks Unet/resnet18 FPN/resnet34',
  )
    .argument('[names...]', 'networks to measure, as architecture/encoder; else all are listed by estimate')
    .option('--measure', 'measure all that fit into memory, which takes a while')
    .option('--threads <number>', 'processor cores to measure with; default: all')
    .action(async (names: readonly string[], options: NetworksOptions) => {
      const voice = createVoice(options);
      const networks = await listNetworks(names, options, voice);
      const { batchSize, tileSize } = REFERENCE;
      voice.answer({ batchSize, tileSize, networks }, lines(networks));
    });
}

interface NetworksOptions {
  readonly measure?: boolean;
  readonly threads?: string;
  readonly json?: boolean;
}

async function listNetworks(
  names: readonly string[],
  { measure, threads }: NetworksOptions,
  { progress, say }: Voice,
): Promise<ListedNetwork[]> {
  const chosen = names.length === 0 ? networkNames().flatMap((name) => built(name) ?? []) : names.map(named);
  const cores = threads === undefined ? undefined : wholeNumber('--threads', threads, 1);
  const speed = await probeDevice('cpu');
  if ('problem' in speed)
    throw new WorkError(`ONNX Runtime does not work here: ${speed.problem}; see deepflash doctor.`);
  const listed: ListedNetwork[] = [];
  const begun = performance.now();
  for (const [done, network] of chosen.entries()) {
    const estimate = estimateTraining(network.cost, speed.gigaflops);
    const fits = verdictOf(estimate, totalMB()) !== 'too large';
    if (names.length === 0 && !(measure && fits)) {
      listed.push(row(network, estimate, 'estimated'));
      continue;
    }
    const secondsLeft = ((performance.now() - begun) / 1000 / Math.max(1, done)) * (chosen.length - done);
    const details = [`${network.architecture}/${network.encoder}`];
    progress.update({
      label: 'Measuring',
      done,
      total: chosen.length,
      details,
      ...(done > 0 ? { secondsLeft } : {}),
    });
    const measured = await measureTraining({
      ...REFERENCE,
      ...network,
      ...(cores === undefined ? {} : { threads: cores }),
    });
    if ('problem' in measured) {
      say(`${details[0]} could not be measured: ${measured.problem}.`);
      listed.push(row(network, estimate, 'estimated'));
    } else {
      listed.push(row(network, measured, 'measured'));
    }
  }
  return listed;
}

/** Undefined for a pair that cannot be built. */
function built(name: NetworkName): CataloguedNetwork | undefined {
  try {
    return catalogued(name);
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

/** Throws a UsageError for what is no network, and a NetworkError for one that cannot be built. */
function named(text: string): CataloguedNetwork {
  const [architecture, encoder] = text.split('/');
  const found = networkNames().find((name) => name.architecture === architecture && name.encoder === encoder);
  if (found !== undefined) return catalogued(found);
  throw new UsageError(
    `${text} is no network: write architecture/encoder, such as Unet/resnet18; deepflash networks lists them all.`,
  );
}

function row(
  { architecture, encoder, cost, pretrained }: CataloguedNetwork,
  training: Estimate,
  basis: ListedNetwork['basis'],
): ListedNetwork {
  const { parameters, multiplyAdds } = cost;
  return {
    architecture,
    encoder,
    parameters,
    multiplyAdds,
    pretrained,
    memoryMB: Math.round(training.memoryMB),
    secondsPerStep: Number(training.secondsPerStep.toPrecision(3)),
    basis,
    verdict: verdictOf(training, totalMB()),
  };
}

function totalMB(): number {
  return totalmem() / 1e6;
}

function lines(networks: readonly ListedNetwork[]): string[] {
  const header = ['network', 'parameters', 'multiply-adds', 'memory', 'step', '', 'ImageNet', ''];
  const rows = networks.map((network) => [
    `${network.architecture}/${network.encoder}`,
    `${(network.parameters / 1e6).toFixed(1)} M`,
    `${(network.multiplyAdds / 1e9).toFixed(1)} G`,
    `${(network.memoryMB / 1000).toFixed(1)} GB`,
    `${network.secondsPerStep.toFixed(2)} s`,
    network.basis,
    network.pretrained ? 'yes' : 'no',
    network.verdict,
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const { batchSize, tileSize, steps } = REFERENCE;
  return [
    line(header),
    ...rows.map(line),
    '',
    `Memory and seconds of a training step of ${batchSize} tiles of ${tileSize}x${tileSize} on the processor; multiply-adds of one tile.`,
    `good: ${steps} steps take up to half an hour; slow: longer; too large: the memory of this machine hardly suffices.`,
    'Estimates may be wrong by a factor of two; name a network to have it measured.',
  ];
}
