/**
 * Two implementations are timed turn by turn, so that a machine whose speed drifts is fair to both.
 *
 * A contender is a process that prints "ready", then for each line on its standard input does the work once and prints
 * its seconds and those of the processor, and at the end of input prints its peak memory in MB.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts a contender; null when it cannot run here (no Python, no PyTorch). */
export async function startContender(command: string, args: readonly string[]): Promise<Contender | null> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise<null>((resolve) => child.once('error', () => resolve(null)));
  const first = await Promise.race([failed, lines.next().then(({ value }) => value)]);
  return first === 'ready' ? contender(child, async () => String((await lines.next()).value)) : null;
}

/** How long something took. */
export interface Seconds {
  readonly elapsed: number;
  /** Of all cores together, of this process alone: less at the mercy of what else runs on the machine. */
  readonly processor: number;
}

export interface Contender {
  /** Does the work once. */
  turn(): Promise<Seconds>;
  /** Ends the process and returns its peak memory in MB. */
  end(): Promise<number>;
}

function contender(child: ChildProcessWithoutNullStreams, next: () => Promise<string>): Contender {
  return {
    async turn() {
      child.stdin.write('\n');
      const [elapsed = Number.NaN, processor = Number.NaN] = (await next()).split(' ').map(Number);
      return { elapsed, processor };
    },
    async end() {
      child.stdin.end();
      return Number(await next());
    },
  };
}

/** The contender's side of the protocol. */
export async function serveTurns(work: () => Promise<void>, warmUps = 3): Promise<void> {
  for (let turn = 0; turn < warmUps; turn++) await work();
  console.log('ready');
  let isAtWork = false;
  // Whoever asked is gone.
  process.stdin.once('end', () => {
    if (isAtWork) process.exit(1);
  });
  for await (const _ of createInterface({ input: process.stdin })) {
    const start = performance.now();
    const before = process.cpuUsage();
    isAtWork = true;
    await work();
    isAtWork = false;
    const { user, system } = process.cpuUsage(before);
    console.log(`${(performance.now() - start) / 1000} ${(user + system) / 1e6}`);
  }
  console.log(process.resourceUsage().maxRSS / 1024);
}
