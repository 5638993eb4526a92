/**
 * `npm run bench -- [--json] [--rounds N] [--only PART]`: our work and that of its peers, side by side; with `--only`
 * the works whose name holds PART, with `--processor-time` the seconds of the processor with one thread, which mean
 * something on a busy machine as well; with `--image-side N` the ensemble predicts a smaller image than one of 2048x2048,
 * of which a turn takes minutes. `npm run bench -- --profile [ENCODER …]`: see `profile.ts`.
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
import { profileTraining } from './profile.js';
import { type Contender, startContender } from './protocol.js';
import { timeStaple } from './staple.js';

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    profile: { type: 'boolean', default: false },
    only: { type: 'string' },
    'image-side': { type: 'string', default: '2048' },
    'processor-time': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
// Threads that wait for each other may spin, which counts as work: one thread tells what the work itself takes.
const clock = values['processor-time'] ? 'processor' : 'elapsed';
const threads = clock === 'processor' ? '1' : '2';
if (values.profile) {
  for (const encoder of positionals.length > 0 ? positionals : ['resnet34']) {
    await profileTraining(encoder, Number(threads));
  }
  process.exit();
}
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Work {
  readonly work: string;
  /** What `contender.js` is told. */
  readonly args: readonly string[];
  /** The other side: PyTorch doing the same, a work of our own, or nobody. */
  readonly peer: 'pytorch' | { readonly args: readonly string[]; readonly times: number } | 'none';
  readonly against: string;
}

const pytorch = (work: string, args: readonly string[], images: string): Work => ({
  ...{ work, args, peer: 'pytorch' },
  against: `PyTorch channels-last, batch 4 of ${images}, ${threads === '1' ? 'processor time of 1 thread' : '2 threads'}`,
});
const imageSide = values['image-side'];
const works: readonly Work[] = [
  ...['resnet34', 'resnet18', 'mobilenet_v2', 'efficientnet-b0'].map((encoder) =>
    pytorch(`training step ${encoder}`, ['train', encoder, threads], '256x256'),
  ),
  pytorch('prediction resnet34', ['predict', 'resnet34', threads, '512'], '512x512'),
  {
    work: 'prediction of a whole image, one resnet34, 768x768',
    args: ['whole', 'resnet34', threads, '256', '768'],
    peer: { args: ['bare', 'resnet34', threads, '256', '768'], times: 1 },
    against: 'as many tiles of 256x256 in the bare runtime',
  },
  {
    work: `ensemble of 5 mobilenet_v2 with 4 flips, an image of ${imageSide}x${imageSide}`,
    args: ['ensemble', 'mobilenet_v2', threads, '512', imageSide],
    peer: { args: ['bare', 'mobilenet_v2', threads, '512', imageSide], times: 20 },
    against: '20 times one pass of one model over as many tiles, in the bare runtime',
  },
  {
    work: 'start of a training resnet34',
    args: ['start', 'resnet34', threads],
    peer: 'none',
    against: 'to take at most 3 s',
  },
];
const chosen = works.filter(({ work }) => values.only === undefined || work.includes(values.only));

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
for (const work of chosen) {
  const entry = await compare(work, Number(values.rounds));
  entries.push(entry);
  if (!values.json) console.log(describe(entry));
}
if (values.only === undefined) {
  await otherWorks();
  againstOpenCv();
}
if (values.json) console.log(JSON.stringify(entries, null, 1));

/** What has no peer here. */
async function otherWorks(): Promise<void> {
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
}

/** Objects against OpenCV. */
function againstOpenCv(): void {
  const labelTimes: LabelTimes[] = JSON.parse(
    execFileSync(process.execPath, [file('labels.js'), '--rounds', values.rounds], { encoding: 'utf8' }),
  );
  for (const { work, ours, theirs, ratio } of labelTimes) {
    const against = 'OpenCV as WebAssembly, 1024x1024';
    entries.push({ work, ours, theirs, ratio, ourPeakMB: null, theirPeakMB: null, unit: 's', against });
    if (values.json) continue;
    console.log(
      `${work}: ${ours.toFixed(4)} s; ${against}: ${theirs.toFixed(4)} s; ratio ${ratio.toFixed(2)}`,
    );
  }
}

async function compare({ work, args, peer, against }: Work, rounds: number): Promise<Entry> {
  const ours = await startOwn(args);
  const theirs =
    peer === 'pytorch' ? await startPeer(args) : peer === 'none' ? null : await startOwn(peer.args);
  const factor = typeof peer === 'string' ? 1 : peer.times;
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push((await ours.turn())[clock]);
    if (theirs) times.theirs.push(factor * (await theirs.turn())[clock]);
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
    against,
  };
}

async function startOwn(args: readonly string[]): Promise<Contender> {
  const own = await startContender(process.execPath, [file('contender.js'), ...args]);
  if (!own) throw new Error(`Our own ${args.join(' ')} did not start.`);
  return own;
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
