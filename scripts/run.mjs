// The project's tasks, `npm run NAME`: deepflash, demo, test, verify-network, bench, evidence, docs, screenshots and
// measure-studio. Each installs and builds what is missing and then does its job, on a bare clone as in daily work. Plain
// JavaScript without dependencies, because it runs before there are any. What it says of its own goes to the error
// stream: the output belongs to the task.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const root = fileURLToPath(new URL('..', import.meta.url));

const tasks = {
  deepflash: (args) => [() => script('packages/deepflash/dist/cli.js', ...args)],
  demo: (args) => [() => script('packages/deepflash/dist/cli.js', 'demo', ...args)],
  test: (args) => [
    () => script('node_modules/typescript/bin/tsc', '-p', 'tsconfig.tests.json'),
    () => script('node_modules/typescript/bin/tsc', '-p', 'packages/studio'),
    () => script('node_modules/typescript/bin/tsc', '-p', 'packages/browser'),
    () => script('node_modules/@biomejs/biome/bin/biome', 'check', '.'),
    () => script('node_modules/vitest/vitest.mjs', 'run', ...args),
  ],
  'verify-network': (args) => [
    () => script('packages/segmentation/dist/verification/verify-network.js', ...args),
  ],
  bench: (args) => [() => script('bench/dist/run.js', ...args)],
  evidence: (args) => evidence(args),
  docs: (args) => [() => script('scripts/docs.mjs', ...args)],
  'measure-studio': (args) => [() => script('scripts/measure-studio.mjs', ...args)],
  screenshots: (args) => [() => script('scripts/screenshots.mjs', ...args)],
};

/** Long evidence: of the packed packages, a cluster, a cross-validation, or else of what a killed training survives. */
function evidence([kind, ...others]) {
  if (kind === 'install') return [() => script('scripts/try-install.mjs', ...others)];
  if (kind === 'cluster') return [() => script('bench/dist/cluster/campaign.js', ...others)];
  const args = kind === undefined ? [] : [kind, ...others];
  const name = args.some((one) => one.startsWith('--cfos')) ? 'cross-validation' : 'kill-campaign';
  return [() => script(`bench/dist/${name}.js`, ...args)];
}

/** Packages with pages, and the others that are built into these. Vite warns of nothing but Node's modules there. */
const PAGES = [
  { name: 'studio', of: [], level: 'warn' },
  { name: 'browser', of: ['engine', 'imaging', 'segmentation'], level: 'error' },
];

// Ctrl-C reaches the task as well, which ends in its own way; this process waits for it.
process.on('SIGINT', () => undefined);
process.exitCode = main(process.argv.slice(2));

function main([name, ...args]) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    return fail(
      `This needs Node ${OLDEST_NODE.join('.')} or later, and ${process.version} runs it: install it from https://nodejs.org.`,
    );
  }
  if (!Object.hasOwn(tasks, name ?? '')) return fail(`Name a task: ${Object.keys(tasks).join(', ')}.`);
  if (!isInstalled()) {
    say('Installing the dependencies …');
    if (npm('ci') !== 0) return fail('The installation failed; what npm says above tells why.');
  }
  say('Building …');
  if (script('node_modules/typescript/bin/tsc', '-b') !== 0) return fail('The build failed.');
  for (const { name: pages, of, level } of PAGES) {
    if (!arePagesStale(pages, of)) continue;
    if (script('node_modules/vite/bin/vite.js', 'build', `packages/${pages}`, '--logLevel', level) !== 0) {
      return fail(`The pages of packages/${pages} could not be built.`);
    }
  }
  // All parts of a task run, so that one sees all that is wrong.
  return (
    tasks[name](args)
      .map((part) => part())
      .find((code) => code !== 0) ?? 0
  );
}

/** Whether the pages of a package are older than what they are made of: its own sources and those of others. */
function arePagesStale(name, of) {
  const folder = `${root}packages/${name}/`;
  const built = `${folder}dist/index.html`;
  if (!existsSync(built)) return true;
  const { mtimeMs } = statSync(built);
  const sources = [name, ...of].flatMap((part) => {
    const source = `${root}packages/${part}/src/`;
    return readdirSync(source, { recursive: true }).map((file) => source + file);
  });
  const own = ['index.html', 'vite.config.ts', 'package.json'].map((file) => folder + file);
  return [...own, ...sources].some((file) => statSync(file).mtimeMs > mtimeMs);
}

/** Whether node_modules holds what package-lock.json asks for; what other platforms need may be missing. */
function isInstalled() {
  const installed = `${root}node_modules/.package-lock.json`;
  if (!existsSync(installed)) return false;
  const have = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const want = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')).packages;
  return Object.entries(want).every(([path, { version, optional }]) => {
    if (!path.startsWith('node_modules/')) return true;
    return path in have ? have[path].version === version : optional === true;
  });
}

/** Runs a script with this same Node and returns its exit code; what tools of ours print before the task is no output. */
function script(path, ...args) {
  const own = /^node_modules\/(typescript|vite)\//.test(path);
  return run(process.execPath, [`${root}${path}`, ...args], {
    stdio: ['inherit', own ? 2 : 'inherit', 'inherit'],
  });
}

function npm(...args) {
  const stdio = ['ignore', 2, 'inherit'];
  const cli = process.env.npm_execpath;
  // Without npm around us, the command npm is a shell script on Windows.
  return cli?.endsWith('.js')
    ? run(process.execPath, [cli, ...args], { stdio })
    : run('npm', args, { stdio, shell: process.platform === 'win32' });
}

function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { cwd: root, ...options });
  if (error) say(`${command} cannot be started: ${error.message}`);
  return status ?? 1;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  return 1;
}
