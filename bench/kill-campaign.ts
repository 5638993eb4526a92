/**
 * `npm run evidence [-- --kills N --seed N --disk --architecture NAME]`: does a training survive?
 *
 * A small training on generated images is done undisturbed; then again in another folder, killed with SIGKILL at random
 * moments, all its processes at once, and given the same command each time until it ends. Weights and ensemble must be
 * the same, bit for bit. With `--disk`, on Linux and as root, it is trained once more on a disk (a tmpfs) that is too
 * small, twice, and gets more space each time. Prints a table for docs/survival.md; exits 1 where anything differs.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom } from '@deepflash/engine';
import { encodeMask, encodePng } from '@deepflash/imaging';
import { foldFiles, readEvents, runFiles, sampleImage } from 'deepflash';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    disk: { type: 'boolean', default: false },
    /** The quickest by default: it is the way around the network that is looked at. */
    architecture: { type: 'string', default: 'PSPNet' },
  },
});
const cli = fileURLToPath(new URL('../../packages/deepflash/dist/cli.js', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'deepflash-evidence-'));
const FOLDS = 2;
/** The part of an undisturbed training after which a process is killed at the latest. */
const LATEST = 0.6;
/** Disks on which there is no room for a checkpoint, and for one but not all networks. */
const TOO_SMALL = values.architecture === 'PSPNet' ? ['20m', '45m'] : ['60m', '200m'];
const SETTINGS = [
  `architecture=${values.architecture}`,
  'encoder=mobilenet_v2',
  'tileSize=64',
  'scale=1',
  'batchSize=2',
  'steps=30',
  'validationEvery=5',
  `folds=${FOLDS}`,
  'encoderWeights=none',
];

try {
  process.exitCode = await main();
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function main(): Promise<number> {
  writeImages();
  const start = performance.now();
  const whole = await train('whole').ended;
  if (whole.code !== 0) return failed(`The undisturbed training failed:\n${whole.stderr}`);
  const seconds = (performance.now() - start) / 1000;
  console.log(`Undisturbed training: ${seconds.toFixed(1)} s, ${SETTINGS.join(' ')}`);
  const same = await killed(seconds);
  return (values.disk ? await fullDisk() : true) && same ? 0 : 1;
}

/** Kills trainings, of which one after another is finished, until there were as many kills as asked for. */
async function killed(seconds: number): Promise<boolean> {
  const random = createRandom(Number(values.seed), 'kills');
  const wanted = Number(values.kills);
  const rows: string[] = [];
  let same = true;
  for (let run = 1, kills = 0; kills < wanted; run++) {
    const name = `killed-${run}`;
    let ended = false;
    while (!ended && kills < wanted) {
      const delay = random.next() * LATEST * seconds;
      const child = train(name);
      const outcome = await Promise.race([child.ended, sleep(1000 * delay).then(() => undefined)]);
      if (outcome === undefined) {
        child.kill();
        await child.ended;
        kills += 1;
        rows.push(`| ${kills} | ${run} | ${delay.toFixed(1)} s | ${progressOf(name)} |`);
      } else if (outcome.code === 0) ended = true;
      else return failed(outcome.stderr) === 0;
    }
    const last = await train(name).ended;
    if (last.code !== 0) return failed(last.stderr) === 0;
    same = report(`Run ${run}, killed and finished`, name) && same;
  }
  console.log(['', '| kill | run | after | what it had done |', '|---|---|---|---|', ...rows, ''].join('\n'));
  return same;
}

/** Trains on a disk that is too small, and makes it larger each time. */
async function fullDisk(): Promise<boolean> {
  const disk = join(work, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${TOO_SMALL[0]}`, 'tmpfs', disk]);
  try {
    for (const size of TOO_SMALL) {
      execFileSync('mount', ['-o', `remount,size=${size}`, disk]);
      const { code, stderr } = await train(join('disk', 'run')).ended;
      const words = stderr.trim().split('\n').at(-1) ?? '';
      console.log(`Disk of ${size}: exit code ${code}, ${words.replaceAll(work, '')}`);
      if (code !== 1 || !/space/.test(words))
        return failed('It should have stopped for lack of space.') === 0;
    }
    execFileSync('mount', ['-o', 'remount,size=1g', disk]);
    const last = await train(join('disk', 'run')).ended;
    if (last.code !== 0) return failed(last.stderr) === 0;
    return report('Disk of 1g', join('disk', 'run'));
  } finally {
    execFileSync('umount', [disk]);
  }
}

function report(what: string, run: string): boolean {
  const files = [
    ...Array.from({ length: FOLDS }, (_, index) => foldFiles(join(work, run), index + 1).weights),
    runFiles(join(work, run)).ensemble,
  ];
  const other = files.filter((file) => !readFileSync(file).equals(readFileSync(file.replace(run, 'whole'))));
  const verdict = other.length === 0 ? 'the same, bit for bit' : `OTHER: ${other.join(', ')}`;
  console.log(`${what}: weights and ensemble are ${verdict}.`);
  return other.length === 0;
}

/** What the events of a run tell of its last moment. */
function progressOf(run: string): string {
  const file = runFiles(join(work, run)).events;
  if (!existsSync(file)) return 'nothing yet';
  const event = readEvents(file).at(-1);
  if (event === undefined) return 'began';
  if (event.type === 'step') return `step ${event.step} of fold ${event.fold}`;
  return 'fold' in event ? `${event.type}, fold ${event.fold}` : event.type;
}

function train(name: string) {
  const folders = [
    '--images',
    join(work, 'images'),
    '--masks',
    join(work, 'masks'),
    '--out',
    join(work, name),
  ];
  // A group of its own, so that the command and its job die in the same moment.
  const child = spawn(process.execPath, [cli, 'train', '--json', ...folders, '--set', ...SETTINGS], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<{ readonly code: number | null; readonly stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stderr })),
  );
  return { ended, kill: () => process.kill(-(child.pid ?? 0), 'SIGKILL') };
}

function writeImages(): void {
  for (const folder of ['images', 'masks']) mkdirSync(join(work, folder));
  for (let number = 1; number <= 4; number++) {
    const { image, mask } = sampleImage({ number, size: 96 });
    writeFileSync(join(work, 'images', `cells-${number}.png`), encodePng(image));
    writeFileSync(join(work, 'masks', `cells-${number}.png`), encodePng(encodeMask(mask)));
  }
}

function failed(why: string): number {
  console.error(why);
  return 1;
}
