// `npm run evidence -- install [--keep]`: is what npm would publish whole? Packs every package as `npm publish` does,
// installs the archives into an empty folder outside the repository, and goes the whole way of the demonstration there.
// The other dependencies come from the registry, without their install scripts: none of them is needed, and that of
// onnxruntime-node fetches CUDA libraries from elsewhere.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'deepflash-install-'));
try {
  npm(['pack', '--workspaces', '--ignore-scripts', '--silent', '--pack-destination', folder], root);
  const archives = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  console.log(`Packed ${archives.join(', ')}.`);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  npm(
    ['install', '--ignore-scripts', '--no-fund', '--no-audit', ...archives.map((name) => `./${name}`)],
    folder,
  );
  for (const args of [['--version'], ['doctor'], ['demo', '--out', 'demo']]) {
    console.log(`deepflash ${args.join(' ')}`);
    npm(['exec', '--offline', '--', 'deepflash', ...args], folder);
  }
  console.log('What npm would publish installs into an empty folder and works there.');
} finally {
  if (process.argv.includes('--keep')) console.log(`Kept in ${folder}.`);
  else rmSync(folder, { recursive: true, force: true });
}

/** Through npm's own program, which Windows starts only by a shell. */
function npm(args, cwd) {
  const shell = process.platform === 'win32';
  const { status } = spawnSync('npm', args, { cwd, stdio: 'inherit', shell });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed.`);
}
