/**
 * `node bench/dist/damage.js FOLDER… [--seed N]`: what damaged image files do. Every image, OME-Zarr and ImageJ region
 * in the folders is cut off at 20 places and changed in one byte at 200 random places, opened, and its first and last
 * planes of every resolution are read. Allowed is an image, or an ImageFileError that names the file (of a picture in
 * several files, one of them), within 5 s and 1 GB. Each file has a process of its own, for its peak memory; prints a
 * line for each, and exits 1 where anything else happened.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decodeRoi, hasImageEnding, ImageFileError, isZarrName } from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';

const TRUNCATIONS = 20;
const CHANGES = 200;
const MOST_SECONDS = 5;
const MOST_MB = 1000;

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, one: { type: 'boolean', default: false } },
  allowPositionals: true,
});

interface Outcome {
  readonly cases: number;
  readonly images: number;
  readonly refused: number;
  /** Seconds of computing: a busy machine does not count, and what waits for ever ends with its process. */
  readonly slowest: number;
  /** Of the process, with Node itself and the reader. */
  readonly peakMB: number;
  readonly wrong: readonly string[];
}

if (values.one) console.log(JSON.stringify(await damageFile(positionals[0] ?? '')));
else process.exitCode = damageAll(positionals.flatMap(samplesIn));

function damageAll(samples: readonly string[]): number {
  const self = fileURLToPath(import.meta.url);
  let bad = 0;
  const most = { slowest: 0, peakMB: 0, cases: 0, refused: 0 };
  for (const sample of samples) {
    const { stdout, stderr, status, signal } = spawnSync(
      process.execPath,
      [self, '--one', '--seed', values.seed, sample],
      { encoding: 'utf8', timeout: 600_000 },
    );
    if (status !== 0) {
      bad++;
      console.log(`${sample}: crashed (${signal ?? status}) ${stderr.slice(0, 300)}`);
      continue;
    }
    const { cases, images, refused, slowest, peakMB, wrong }: Outcome = JSON.parse(stdout);
    if (wrong.length > 0 || slowest > MOST_SECONDS || peakMB > MOST_MB) bad++;
    most.slowest = Math.max(most.slowest, slowest);
    most.peakMB = Math.max(most.peakMB, peakMB);
    most.cases += cases;
    most.refused += refused;
    console.log(
      `${sample}: ${images} images, ${refused} refused, slowest ${slowest.toFixed(2)} s, peak ${peakMB} MB`,
    );
    for (const line of wrong.slice(0, 3)) console.log(`  WRONG: ${line}`);
  }
  console.log(
    `${samples.length} samples, ${most.cases} damaged files, ${most.refused} refused; slowest ${most.slowest.toFixed(2)} s, peak ${most.peakMB} MB; ${bad} samples with anything else`,
  );
  return bad === 0 && samples.length > 0 ? 0 : 1;
}

/** Images, regions, and OME-Zarr folders as one. */
function samplesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isZarrName(entry.name) ? [path] : samplesIn(path);
    return hasImageEnding(entry.name) || /\.(roi|ome)$/.test(entry.name) ? [path] : [];
  });
}

/** The files that are damaged, one at a time: of an OME-Zarr all, of other samples the one. */
function partsOf(copy: string): string[] {
  if (!statSync(copy).isDirectory()) return [copy];
  return readdirSync(copy, { recursive: true, encoding: 'utf8' })
    .map((name) => join(copy, name))
    .filter((path) => statSync(path).isFile());
}

async function damageFile(sample: string): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-damage-'));
  try {
    // Other files of the same picture lie beside it.
    if (statSync(sample).isDirectory()) cpSync(sample, join(folder, basename(sample)), { recursive: true });
    else for (const name of siblingsOf(sample)) cpSync(join(dirname(sample), name), join(folder, name));
    return await damageCopy(join(folder, basename(sample)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function siblingsOf(sample: string): string[] {
  const own = basename(sample);
  const all = readdirSync(dirname(sample), { withFileTypes: true });
  return all
    .filter((entry) => entry.isFile() && (entry.name === own || /\.ome|^part/.test(entry.name)))
    .map(({ name }) => name);
}

async function damageCopy(copy: string): Promise<Outcome> {
  const parts = partsOf(copy).map((path) => ({ path, whole: readFileSync(path) }));
  const next = sequence(Number(values.seed));
  const found = { images: 0, refused: 0, slowest: 0, wrong: [] as string[] };
  const attempt = async (path: string, whole: Uint8Array, bytes: Uint8Array, what: string): Promise<void> => {
    writeFileSync(path, bytes);
    const start = process.cpuUsage();
    try {
      await readAll(copy);
      found.images++;
    } catch (error) {
      if (error instanceof ImageFileError && error.file.startsWith(dirname(copy))) found.refused++;
      else found.wrong.push(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    found.slowest = Math.max(found.slowest, secondsSince(start));
    writeFileSync(path, whole);
  };
  const pick = () => parts[next(parts.length)] ?? { path: copy, whole: Buffer.alloc(0) };
  for (let i = 0; i < TRUNCATIONS; i++) {
    const { path, whole } = pick();
    const length = Math.floor((whole.length * i) / TRUNCATIONS);
    await attempt(path, whole, whole.subarray(0, length), `cut to ${length} bytes`);
  }
  for (let i = 0; i < CHANGES; i++) {
    const { path, whole } = pick();
    if (whole.length === 0) continue;
    // Half of the changes fall where headers mostly are, at the start and at the end.
    const edge = next(Math.min(400, whole.length));
    const at = [next(whole.length), next(whole.length), edge, whole.length - 1 - edge][i % 4] ?? 0;
    const bytes = new Uint8Array(whole);
    const value = next(256);
    bytes[at] = value;
    await attempt(path, whole, bytes, `byte ${at} of ${basename(path)} set to ${value}`);
  }
  const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);
  return { ...found, cases: TRUNCATIONS + CHANGES, peakMB };
}

async function readAll(path: string): Promise<void> {
  if (path.endsWith('.roi')) {
    decodeRoi(readFileSync(path), path);
    return;
  }
  const source = await openImageFile(path);
  try {
    const { channels, frames, levels, slices } = source.info;
    for (const [level, { width, height }] of levels.entries()) {
      for (const last of slices * frames * channels.length > 1 ? [0, 1] : [0]) {
        const plane = { slice: last * (slices - 1), frame: last * (frames - 1) };
        const region = { level, x: 0, y: 0, width, height: Math.min(height, 2000), ...plane };
        await source.readRegion({ ...region, channels: [last * (channels.length - 1)] });
      }
    }
  } finally {
    await source.close();
  }
}

function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** Numbers below `end`, the same ones for the same seed (a linear congruential generator). */
function sequence(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}
