/**
 * `npm run bench -- --profile [ENCODER]`: where a training step spends its time, in ONNX Runtime's own profile.
 *
 * Prints time per kind of node and per layer, the memory that the nodes read and write, and how far both are from what
 * this machine can do: the GFLOP/s of a large blocked convolution and the GB/s of a copy.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainingSession, type Runtime } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { median } from './median.js';
import { machinePeaks } from './peaks.js';
import { trainingWork } from './work.js';

const steps = 5;

/** One node of the graph, in one run. */
interface NodeRun {
  readonly layer: string;
  /** ONNX operator, and the operator of our graph that it was written for. */
  readonly type: string;
  readonly operator: string;
  readonly milliseconds: number;
  readonly gigabytes: number;
  readonly gigaflop: number;
}

/** Profiles the training step of a U-Net with this encoder and prints what it finds. */
export async function profileTraining(encoder: string, threads: number): Promise<void> {
  const runtime = await nodeRuntime({ device: 'cpu', threads });
  const peaks = await machinePeaks(runtime);
  const runs = await profiledSteps(runtime, encoder);
  const total = sum(runs, (run) => run.milliseconds);
  const gigabytes = sum(runs, (run) => run.gigabytes);
  const gigaflop = sum(runs, (run) => run.gigaflop);
  const bound = 1000 * Math.max(gigaflop / peaks.gigaflops, gigabytes / peaks.gigabytes);
  console.log(`Training step of a U-Net with ${encoder}, batch 4 of 256x256, ${threads} threads:`);
  console.log(
    `${runs.length} nodes, ${total.toFixed(0)} ms, ${gigaflop.toFixed(0)} GFLOP, ${gigabytes.toFixed(1)} GB read and written.`,
  );
  console.log(
    `This machine: ${peaks.gigaflops.toFixed(0)} GFLOP/s in a large convolution, ${peaks.gigabytes.toFixed(0)} GB/s in a copy. ` +
      `The arithmetic alone would take ${((1000 * gigaflop) / peaks.gigaflops).toFixed(0)} ms, ` +
      `the memory traffic ${((1000 * gigabytes) / peaks.gigabytes).toFixed(0)} ms; ` +
      `the step takes ${(total / bound).toFixed(1)} times the longer of the two.`,
  );
  print('by ONNX operator', runs, total, (run) => run.type);
  print('by operator of the graph', runs, total, (run) => run.operator);
  print('by operator and ONNX operator', runs, total, (run) => `${run.operator} / ${run.type}`, 40);
  print('by layer', runs, total, (run) => run.layer, 40);
}

/** The nodes of a step, with the median of their times over several steps. */
async function profiledSteps(runtime: Runtime, encoder: string): Promise<NodeRun[]> {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-profile-'));
  try {
    const profiling = { enableProfiling: true, profileFilePrefix: join(folder, 'step') };
    const { graph, batch, options } = trainingWork(encoder);
    const session = await createTrainingSession(
      { ...runtime, sessionOptions: { ...runtime.sessionOptions, ...profiling } },
      graph,
      options,
    );
    for (let step = 0; step < steps + 3; step++) {
      await session.step(batch, { learningRate: 1e-3, momentum: 0.9 });
    }
    // The profile is written when the session ends.
    await session.dispose();
    const [name = ''] = readdirSync(folder);
    return nodeRuns(JSON.parse(readFileSync(join(folder, name), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What ONNX Runtime writes of a node: sizes in bytes, the duration in microseconds. */
interface Event {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args: {
    readonly op_name: string;
    readonly output_size: string;
    readonly activation_size: string;
    readonly parameter_size: string;
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

function nodeRuns(events: readonly Event[]): NodeRun[] {
  const byNode = new Map<string, Event[]>();
  for (const event of events) {
    if (event.cat !== 'Node' || !event.name.endsWith('_kernel_time')) continue;
    byNode.set(event.name, [...(byNode.get(event.name) ?? []), event]);
  }
  return [...byNode].flatMap(([name, all]) => {
    const [first] = all;
    if (!first) return [];
    const { args } = first;
    const [layer = '', operator = ''] = name.split('/');
    const bytes = Number(args.output_size) + Number(args.activation_size) + Number(args.parameter_size);
    // Constants of shape and views move nothing.
    const moved = args.op_name === 'Reshape' ? 0 : bytes / 1e9;
    const milliseconds = median(all.slice(-steps).map(({ dur }) => dur / 1000));
    return {
      layer,
      operator,
      type: args.op_name,
      milliseconds,
      gigabytes: moved,
      gigaflop: gigaflopOf(args),
    };
  });
}

/** Of convolutions and matrix products: two for each multiplication with an addition. */
function gigaflopOf({ op_name, input_type_shape, output_type_shape }: Event['args']): number {
  const [first = [], second = []] = (input_type_shape ?? []).map((typed) => Object.values(typed)[0] ?? []);
  const [result = []] = (output_type_shape ?? []).map((typed) => Object.values(typed)[0] ?? []);
  if (op_name === 'Conv') return (2 * product(result) * product(second.slice(1))) / 1e9;
  if (op_name === 'ConvTranspose') return (2 * product(first) * product(second.slice(1))) / 1e9;
  if (!['FusedMatMul', 'MatMul', 'Gemm'].includes(op_name)) return 0;
  // The length that is summed over is what the operands have and the result has not.
  const [rows = 1, columns = 1] = result.slice(-2);
  const lead = product(result.slice(0, -2));
  const summed = Math.sqrt((product(first.slice(-2)) * product(second.slice(-2))) / (rows * columns));
  return (2 * lead * rows * columns * summed) / 1e9;
}

function print(
  title: string,
  runs: readonly NodeRun[],
  total: number,
  key: (run: NodeRun) => string,
  rows = 25,
): void {
  const groups = new Map<string, NodeRun[]>();
  for (const run of runs) groups.set(key(run), [...(groups.get(key(run)) ?? []), run]);
  const lines = [...groups]
    .map(([name, group]) => ({
      name,
      count: group.length,
      milliseconds: sum(group, (run) => run.milliseconds),
      gigabytes: sum(group, (run) => run.gigabytes),
      gigaflop: sum(group, (run) => run.gigaflop),
    }))
    .sort((a, b) => b.milliseconds - a.milliseconds)
    .slice(0, rows);
  console.log(`\n${title}`);
  console.log('        ms   share   nodes      GB    GB/s   GFLOP/s');
  for (const { name, count, milliseconds, gigabytes, gigaflop } of lines) {
    const columns = [
      milliseconds.toFixed(1).padStart(10),
      `${((100 * milliseconds) / total).toFixed(1)} %`.padStart(8),
      String(count).padStart(8),
      gigabytes.toFixed(2).padStart(8),
      ((1000 * gigabytes) / milliseconds).toFixed(0).padStart(8),
      (gigaflop > 0 ? ((1000 * gigaflop) / milliseconds).toFixed(0) : '').padStart(10),
    ];
    console.log(`${columns.join('')}  ${name}`);
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a * b, 1);
}
