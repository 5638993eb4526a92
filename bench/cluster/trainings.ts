/**
 * Trainings as arrays against one process: undisturbed; with a task that is queued again; with a node that is lost; with a
 * fold that fails and is submitted again. Weights, ensemble and validation must be the same.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { clusterStatus, foldFiles, readEvents, runFiles } from 'deepflash';
import { inWords, otherTraining } from './equality.js';
import { training } from './material.js';
import { type Place, type Ran, SMALL, settled, tasksInWords, until } from './place.js';

const FOLDS = 3;
const STEPS = 6;

/** Whether all is as one process has it. */
export async function trainings(place: Place): Promise<boolean> {
  const { at, deepflash } = place;
  const words = training(place, FOLDS, STEPS);
  const { seconds } = await deepflash('train', '--out', at('whole'), ...words);
  console.log(`Training of ${FOLDS} folds by one process: ${seconds.toFixed(0)} s`);
  let isSame = true;
  for (const [name, disturb] of Object.entries(DISTURBANCES)) {
    const run = at(name);
    const start = performance.now();
    const submit = () => deepflash('submit', 'train', '--json', '--out', run, ...words, ...SMALL);
    await disturb(run, submit);
    await settled(run);
    const other = otherTraining(run, at('whole'), FOLDS);
    const { tasks } = await clusterStatus(run);
    isSame &&= other.length === 0 && tasks.every(({ state }) => state === 'done');
    console.log(
      `${name}: ${((performance.now() - start) / 1000).toFixed(0)} s; ${await tasksInWords(run)}; weights, ensemble and validation are ${inWords(other)}.`,
    );
  }
  return isSame;
}

type Disturbance = (run: string, submit: () => Promise<Ran>) => Promise<unknown>;

const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  array: (_, submit) => submit(),
  requeued: async (run, submit) => {
    const { array } = JSON.parse((await submit()).stdout);
    await until(() => stepsOf(run, 2) >= 2);
    execFileSync('scontrol', ['requeue', `${array}_2`]);
    console.log(`  Fold 2 was queued again after ${stepsOf(run, 2)} of ${STEPS} steps.`);
  },
  'node-lost': async (run, submit) => {
    await submit();
    await until(() => stepsOf(run, 1) >= 1);
    setNode('DOWN');
    await until(async () => (await clusterStatus(run)).counts.running === 0);
    console.log(`  The node was lost: ${await tasksInWords(run)}.`);
    // Slurm's daemon there is alive, and may have brought the node back by itself.
    if (nodeState().includes('DOWN')) setNode('RESUME');
  },
  failed: async (run, submit) => {
    // Tasks wait until there is something in the way of one of them.
    setPartition('DOWN');
    await submit();
    // Where a checkpoint is no checkpoint, a fold fails as soon as it begins.
    const { checkpoint, checkpointFolder } = foldFiles(run, 3);
    mkdirSync(checkpointFolder, { recursive: true });
    writeFileSync(checkpoint, 'cut off');
    setPartition('UP');
    await settled(run);
    const { tasks } = await clusterStatus(run);
    console.log(`  A fold failed: ${await tasksInWords(run)}. The last task says: ${tasks.at(-1)?.reason}`);
    const isTold = /Incomplete:.*Fold 3 is not trained/.test(readFileSync(runFiles(run).report, 'utf8'));
    console.log(`  The report ${isTold ? 'names fold 3' : 'does NOT name fold 3'}.`);
    rmSync(checkpoint);
    console.log(`  Submitted again: ${JSON.parse((await submit()).stdout).tasks.join()}.`);
  },
};

function setNode(state: 'DOWN' | 'RESUME'): void {
  execFileSync('scontrol', ['update', 'NodeName=test1', `State=${state}`, 'Reason=campaign']);
}

function setPartition(state: 'DOWN' | 'UP'): void {
  execFileSync('scontrol', ['update', 'PartitionName=main', `State=${state}`]);
}

function nodeState(): string {
  return execFileSync('sinfo', ['--noheader', '--nodes=test1', '--format=%T'], {
    encoding: 'utf8',
  }).toUpperCase();
}

function stepsOf(run: string, fold: number): number {
  return readEvents(runFiles(run).eventsOf(fold)).filter(({ type }) => type === 'step').length;
}
