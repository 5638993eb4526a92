/** What experts drew object by object, beside the classes that all drawings have. */
import { rm } from 'node:fs/promises';
import type { LabelStore, LabelStoreOptions } from './labels.js';
import { CLASS, type NumberedObjects } from './numbered-objects.js';
import { type RasterStore, rasterStore } from './raster-store.js';

export interface ObjectStore extends RasterStore<NumberedObjects> {
  /** Gives numbers up that no longer tell what is in the labels' file. */
  drop(expert: string, image: string): Promise<void>;
}

interface ObjectStoreOptions extends Omit<LabelStoreOptions, 'sizeOf'> {
  readonly labels: LabelStore;
}

export function objectStore({ files, classes, labels, thread }: ObjectStoreOptions): ObjectStore {
  const store = rasterStore<NumberedObjects>({
    folder: files.folderOfInstances,
    journal: files.instancesJournal,
    async load(expert, image) {
      // What is kept of it may be from before the last class came.
      const mask = { ...(await labels.read(expert, image)), classes: classes() };
      return thread.run('readObjects', { file: files.instances(expert, image), mask }, mask.data.length);
    },
    async write(expert, image, objects) {
      const { width, height, data } = objects;
      const file = files.instances(expert, image);
      const values = await thread.run('writeObjects', { file, objects }, data.length);
      await labels.patch(expert, image, { x: 0, y: 0, width, height, values });
      await labels.settle(expert, image);
    },
    areValues(values) {
      const most = classes();
      return values.every(
        (value) => value === 0 || (value % CLASS > 0 && value >= CLASS && Math.floor(value / CLASS) < most),
      );
    },
  });
  return {
    ...store,
    async drop(expert, image) {
      await store.forget(expert, image);
      await rm(files.instances(expert, image), { force: true });
    },
  };
}
