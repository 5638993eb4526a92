/** In which order and in which processes the test files run, so that all of them take as little time as they can. */
import { existsSync, statSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that get a process of their own, because they change its environment, start a browser, a cluster or a graphics
 * driver. They go first, in this order: they take longest, and wait much of that time.
 */
export const ALONE: readonly string[] = [
  'packages/deepflash/src/cluster/slurm.test.ts',
  'packages/studio/src/walk.test.ts',
  'packages/browser/src/page.test.ts',
  'packages/studio/src/annotation/drawing-board.test.ts',
  'packages/studio/src/server-events.test.ts',
  'packages/engine/src/lowering/webgpu/webgpu.test.ts',
];

/** Other files of many seconds, the longest first: begun late, one of them would go on when all else is done. */
const LONG: readonly string[] = [
  'packages/segmentation/src/networks/network.test.ts',
  'packages/segmentation/src/training/train-fold.test.ts',
  'packages/deepflash/src/train.test.ts',
  'packages/deepflash/src/commands/export.test.ts',
  'packages/segmentation/src/networks/encoders/encoders.test.ts',
  'packages/segmentation/src/ground-truth/instance-nuclei.test.ts',
  'packages/imaging/src/damage.test.ts',
  'packages/deepflash/src/prediction/predict-folder.test.ts',
  'packages/imaging/src/zarr/folder-writer.test.ts',
  'packages/segmentation/src/training/real-images.test.ts',
  'packages/deepflash/src/prediction/whole-files.test.ts',
  'packages/engine/src/lowering/cpu/cpu.test.ts',
  'packages/segmentation/src/ground-truth/reference.test.ts',
  'packages/deepflash/src/training/tile-workers.test.ts',
];

const FIRST = [...ALONE, ...LONG];

const gone = FIRST.filter((name) => !existsSync(new URL(name, import.meta.url)));
if (gone.length > 0) throw new Error(`vitest.order.ts names ${gone.join(', ')}, which is not there.`);

/** The files named above in their order, then the others, the largest first: many lines of tests tend to take long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const keyed = files.map((file) => {
      const place = FIRST.findIndex((name) => file.moduleId.endsWith(`/${name}`));
      return { file, place: place < 0 ? FIRST.length : place, size: statSync(file.moduleId).size };
    });
    return keyed.sort((a, b) => a.place - b.place || b.size - a.size).map(({ file }) => file);
  }
}
