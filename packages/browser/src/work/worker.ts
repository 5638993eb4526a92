/** The page's worker: it reads, predicts and trains, so that the page can be used meanwhile. */
import type { SegmentationModel } from '@deepflash/segmentation';
import { explain } from './explain.ts';
import type { Compute, Reply, Request } from './messages.ts';
import { openDropped, predictDropped } from './predict.ts';
import { readPretrained } from './pretrained.ts';
import { type OpenedRuntime, openRuntime } from './runtime.ts';
import { trainInPage } from './train.ts';
import { readTrainingData } from './training-data.ts';

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(message: Reply): void;
};

/** The runtime of each kind that was asked for, once it is open. */
const runtimes = new Map<Compute, Promise<OpenedRuntime>>();
let opened: {
  readonly file: File;
  readonly runtime: OpenedRuntime;
  readonly model: SegmentationModel;
} | null = null;
let training: AbortController | null = null;

scope.onmessage = ({ data }) => {
  if (data.kind === 'stop') {
    training?.abort();
    return;
  }
  const work = data.kind === 'predict' ? predict(data) : train(data);
  work.catch((error: unknown) => {
    console.error(error);
    scope.postMessage({ kind: 'failed', message: explain(error) });
  });
};

async function runtimeFor({ compute, ortFolder }: { compute: Compute; ortFolder: string }) {
  const found = runtimes.get(compute) ?? openRuntime(compute, ortFolder);
  runtimes.set(compute, found);
  const runtime = await found.catch((error: unknown) => {
    runtimes.delete(compute);
    throw error;
  });
  scope.postMessage({ kind: 'compute', words: runtime.words });
  return runtime;
}

async function predict(request: Request & { readonly kind: 'predict' }): Promise<void> {
  const { model: file, image, flips } = request;
  const runtime = await runtimeFor(request);
  scope.postMessage({ kind: 'progress', label: `Opening ${file.name}`, part: 0 });
  if (!isSame(opened?.file, file) || opened?.runtime !== runtime) {
    await opened?.model.dispose();
    opened = null;
    opened = { file, runtime, model: await openDropped(runtime.runtime, file) };
  }
  const prediction = await predictDropped(opened.model, image, flips ? 'flips' : 'none', (done, total) =>
    scope.postMessage({ kind: 'progress', label: image.name, part: done / total }),
  );
  scope.postMessage({ kind: 'predicted', prediction });
}

async function train(request: Request & { readonly kind: 'train' }): Promise<void> {
  training = new AbortController();
  const { signal } = training;
  scope.postMessage({ kind: 'progress', label: 'Reading', part: 0 });
  const { files, settings } = request;
  const data = await readTrainingData(files.images, files.masks);
  const [weights] = files.weights;
  const classes = data.classValues.length;
  const network = { architecture: 'Unet', encoder: settings.encoder, classes } as const;
  const pretrained =
    weights && (await readPretrained(weights, { network, channels: data.statistics.means.length }));
  for (const message of [...data.notices, ...(pretrained?.notices ?? [])])
    scope.postMessage({ kind: 'notice', message });
  const { runtime } = await runtimeFor(request);
  scope.postMessage({ kind: 'progress', label: 'Building the network', part: 0 });
  const start = { data, settings, ...(pretrained === undefined ? {} : { initial: pretrained.initial }) };
  await trainInPage(runtime, start, signal, (message) => scope.postMessage(message));
}

function isSame(a: File | undefined, b: File): boolean {
  return a?.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
}
