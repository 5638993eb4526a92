/**
 * `npm run bench [-- --json] [-- --rounds N]`: our work and that of its peers, side by side.
 *
 * The peer is PyTorch on the CPU, channels-last, with as many threads as we use (Debian: `apt-get install python3-torch
 * python3-torchvision`). Where it is missing, only our own figures are given.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { WindowTimes } from './image-windows.js';
import type { LabelTimes } from './labels.js';
import { median } from './median.js';
import { type Contender, startContender } from './protocol.js';
import { timeStaple } from './staple.js';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '7' } },
});
const threads = '2';
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const works = [
  { work: 'training step resnet34', args: ['train', 'resnet34', threads] },
  { work: 'prediction resnet34', args: ['predict', 'resnet34', threads] },
  { work: 'training step resnet18', args: ['train', 'resnet18', threads] },
];

interface Entry {
  readonly work: string;
  /** Median seconds. */
  readonly ours: number;
  readonly theirs: number | null;
  /** Median of the ratios of each round. */
  readonly ratio: number | null;
  readonly ourPeakMB: number | null;
  readonly theirPeakMB: number | null;
  readonly unit: 's';
  readonly against: string;
}

const entries: Entry[] = [];
for (const { work, args } of works) {
  const entry = await compare(work, args, Number(values.rounds));
  entries.push(entry);
  if (!values.json) console.log(describe(entry));
}
const staple: Entry = {
  work: 'STAPLE of 5 experts, 1024x1024',
  ours: timeStaple(Number(values.rounds)),
  theirs: null,
  ratio: null,
  ourPeakMB: Math.round(process.resourceUsage().maxRSS / 1024),
  theirPeakMB: null,
  unit: 's',
  against: 'ITK 5.2.1, which took 0.26 to 0.96 s for such images on 2 cores',
};
entries.push(staple);
if (!values.json) console.log(describe(staple));
const windowTimes: WindowTimes[] = JSON.parse(
  execFileSync(process.execPath, [file('image-windows.js')], { encoding: 'utf8' }),
);
for (const windows of windowTimes) {
  const entry: Entry = {
    work: windows.work,
    ours: windows.median,
    theirs: null,
    ratio: null,
    ourPeakMB: windows.peakMB,
    theirPeakMB: null,
    unit: 's',
    against: `to take under 0.05 s; the slowest took ${windows.slowest.toFixed(3)} s, opening ${windows.open.toFixed(3)} s`,
  };
  entries.push(entry);
  if (!values.json) console.log(describe(entry));
}
const measured = (script: string) =>
  JSON.parse(execFileSync(process.execPath, [file(script), '--rounds', values.rounds], { encoding: 'utf8' }));
const labelTimes: LabelTimes[] = measured('labels.js');
const overhead: LabelTimes = measured('overhead.js');
for (const { work, ours, theirs, ratio } of [...labelTimes, overhead]) {
  const against = work === overhead.work ? 'the bare runtime' : 'OpenCV as WebAssembly, 1024x1024';
  const peaks = { ourPeakMB: null, theirPeakMB: null };
  const entry: Entry = { work, ours, theirs, ratio, ...peaks, unit: 's', against };
  entries.push(entry);
  if (!values.json) {
    console.log(
      `${work}: ${ours.toFixed(4)} s; ${against}: ${theirs.toFixed(4)} s; ratio ${ratio.toFixed(2)}`,
    );
  }
}
if (values.json) console.log(JSON.stringify(entries, null, 1));

async function compare(work: string, args: readonly string[], rounds: number): Promise<Entry> {
  const ours = await startContender(process.execPath, [file('contender.js'), ...args]);
  if (!ours) throw new Error(`Our own ${work} did not start.`);
  const theirs = await startPeer(args);
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await ours.turn());
    if (theirs) times.theirs.push(await theirs.turn());
  }
  return {
    work,
    ours: median(times.ours),
    theirs: theirs && median(times.theirs),
    ratio:
      theirs && median(times.ours.map((seconds, round) => seconds / (times.theirs[round] ?? Number.NaN))),
    ourPeakMB: Math.round(await ours.end()),
    theirPeakMB: theirs && Math.round(await theirs.end()),
    unit: 's',
    against: 'PyTorch channels-last, batch 4 of 256x256, 2 threads',
  };
}

/** Debian's PyTorch belongs to Debian's Python, which need not be the first one found. */
async function startPeer(args: readonly string[]): Promise<Contender | null> {
  for (const python of ['/usr/bin/python3', 'python3', 'python']) {
    const peer = await startContender(python, [file('../pytorch.py'), ...args]);
    if (peer) return peer;
  }
  return null;
}

function describe({ work, ours, theirs, ratio, ourPeakMB, theirPeakMB, against }: Entry): string {
  const own = `${work}: ${ours.toFixed(3)} s, peak ${ourPeakMB ?? '?'} MB`;
  if (theirs === null || ratio === null) return `${own} (no peer here: ${against})`;
  return `${own}; ${against}: ${theirs.toFixed(3)} s, peak ${theirPeakMB} MB; ratio ${ratio.toFixed(2)}`;
}
