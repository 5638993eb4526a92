/** What experts drew: the class of each pixel. */
import type { ClassMask } from '@deepflash/imaging';
import type { DrawingThread } from './drawing-thread.js';
import type { Size } from './label-files.js';
import type { ProjectFiles } from './layout.js';
import { type RasterStore, rasterStore } from './raster-store.js';

/** The class of each pixel; all background where nothing was drawn. */
export type LabelStore = RasterStore<ClassMask>;

export interface LabelStoreOptions {
  readonly files: ProjectFiles;
  /** How many there are by now. */
  readonly classes: () => number;
  /** Of an image by its name. Throws for one that is not there. */
  readonly sizeOf: (image: string) => Promise<Size>;
  readonly thread: DrawingThread;
}

export function labelStore({ files, classes, sizeOf, thread }: LabelStoreOptions): LabelStore {
  return rasterStore<ClassMask>({
    folder: files.annotations,
    journal: files.journal,
    async load(expert, image) {
      const { width, height } = await sizeOf(image);
      const file = files.labels(expert, image);
      return thread.run('readLabels', { file, width, height, classes: classes() }, width * height);
    },
    write: (expert, image, mask) =>
      thread.run(
        'writeLabels',
        { file: files.labels(expert, image), mask: { ...mask, classes: classes() } },
        mask.data.length,
      ),
    areValues(values) {
      const most = classes();
      return values.every((value) => value < most);
    },
  });
}
