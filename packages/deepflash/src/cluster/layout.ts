import { join } from 'node:path';

/** Where the files lie with which a run, or the folder of a prediction, is worked on by a cluster. */
export function clusterFiles(folder: string) {
  const cluster = join(folder, 'cluster');
  return {
    folder: cluster,
    /** Held while something is submitted. Beside the folder, which a new submission puts aside. */
    submitLock: join(folder, 'submit.lock'),
    submission: join(cluster, 'submission.json'),
    /** The batch script of a step, to be read, changed and given to sbatch by hand as well. */
    script: (step: Step) => join(cluster, `${step}.sh`),
    logs: join(cluster, 'logs'),
    /** What a task said of itself: one file each, since several machines write at the same time. */
    journals: join(cluster, 'tasks'),
    journal: (task: string) => join(cluster, 'tasks', `${task}.jsonl`),
    /** Held by whoever does a task: one whose machine was lost may still be at it when Slurm queues it again. */
    taskLock: (task: string) => join(cluster, 'tasks', `${task}.lock`),
    shards: join(cluster, 'shards'),
    /** The names of the images of a shard, a line each. */
    shardList: (shard: number) => join(cluster, 'shards', `${numbered(shard)}.txt`),
    /** Of a shard that is a band of one image: of which one, and which. */
    shardBand: (shard: number) => join(cluster, 'shards', `${numbered(shard)}.json`),
    /** What was found in the images, as in `predicted.jsonl`; of a band, the account of its parts. */
    shardLog: (shard: number) => join(cluster, 'shards', `${numbered(shard)}.jsonl`),
    /** The values of a band, until the bands of its image are put together. */
    bandValues: (shard: number) => join(cluster, 'shards', `${numbered(shard)}.values`),
    /** What was found in images that were put together of bands, as in `predicted.jsonl`. */
    joinedLog: join(cluster, 'joined.jsonl'),
  };
}

/** The work in parallel, and what follows when it is done. */
export type Step = 'tasks' | 'finish';

function numbered(shard: number): string {
  return String(shard).padStart(5, '0');
}
