/** `npm run verify-network -- FILE.json`: compares a network with a file of another implementation's answers. */
import { readFileSync } from 'node:fs';
import { nodeRuntime } from '@deepflash/engine/node';
import { compareNetwork } from './compare-network.js';
import { type NetworkReference, NetworkReferenceError, parseNetworkReference } from './network-reference.js';

process.exitCode = await main(process.argv.slice(2));

async function main([file, ...others]: readonly string[]): Promise<number> {
  if (file === undefined || others.length > 0) {
    process.stderr.write('Name one file: npm run -s verify-network -- FILE.json\n');
    return 2;
  }
  const reference = read(file);
  if (!reference) return 2;
  const { architecture, encoder, in_channels, classes, batch, size } = reference;
  say(
    `${architecture} with ${encoder}: ${batch} images of ${in_channels} x ${size} x ${size}, ${classes} classes`,
  );
  const { comparisons, differences } = await compareNetwork(await nodeRuntime(), reference);
  for (const { what, count, largest, at, limit } of comparisons) {
    const place = largest > 0 ? ` (${at})` : '';
    say(`  ${what}: ${count} compared, largest deviation ${largest.toPrecision(2)} of ${limit}${place}`);
  }
  if (differences.length === 0) say('Equal.');
  else say(`Different:\n${differences.map((difference) => `  - ${difference}`).join('\n')}`);
  return differences.length === 0 ? 0 : 1;
}

function read(file: string): NetworkReference | null {
  try {
    return parseNetworkReference(readFileSync(file, 'utf8'));
  } catch (error) {
    const problem = error instanceof NetworkReferenceError ? error.message : 'It cannot be read.';
    process.stderr.write(`${file}: ${problem}\n`);
    return null;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
