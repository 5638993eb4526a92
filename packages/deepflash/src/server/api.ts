/** The API of the studio: what the pages ask for and do. Everything is read from and written to the project's folder. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { encodeMask, encodePng, stem } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { parseSettings } from '@deepflash/segmentation';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { sampleImage } from '../demo/cells.js';
import { UsageError } from '../errors.js';
import { liesWithin } from '../ground-truth/expert-folders.js';
import { groundTruthFiles } from '../ground-truth/layout.js';
import type { LabelStore } from '../project/labels.js';
import { checkedName } from '../project/names.js';
import { imageInfo, type Project, type ProjectImage } from '../project/project.js';
import { receiveImages, receiveMasks, type Upload, unpacked } from '../project/uploads.js';
import type { Jobs } from './jobs.js';
import { predictionView, projectView, runDetails, settingViews } from './overview.js';
import { imageWindow, overlay, pixelResponse } from './pixels.js';
import { apiRouter } from './routes.js';
import { correction, groundTruthRequest, newExpert, newExport, newPrediction, newRun } from './schemas.js';

export interface ApiParts {
  readonly project: Project;
  readonly images: () => Promise<ProjectImage[]>;
  readonly labels: LabelStore;
  readonly jobs: Jobs;
}

/** Bytes of an upload, and of a stroke. */
const LARGEST_UPLOAD = 2 ** 30;
const LARGEST_STROKE = 2 ** 26;
/** Milliseconds between signs of progress. */
const TICK = 1000;
const SAMPLES = 12;
const SAMPLE_SIDE = 256;

export function studioApi({ project, images, labels, jobs }: ApiParts) {
  const { files } = project;
  const { app, get, post, send } = apiRouter();

  async function imageNamed(name: string): Promise<ProjectImage> {
    const found = (await images()).find((image) => image.name === name);
    if (found === undefined) throw new UsageError(`There is no image ${name} in this project.`);
    return found;
  }

  get('/api/project', { summary: 'What is in the project' }, async (context) =>
    context.json(await projectView(project, await images(), jobs.list())),
  );
  get('/api/settings', { summary: 'All settings of a training' }, (context) => context.json(settingViews()));

  send(
    'post',
    '/api/images',
    { summary: 'Add image files, or a zip of them' },
    LARGEST_UPLOAD,
    async (context) => {
      const taken = (await images()).map(({ file }) => file);
      return context.json(
        await receiveImages(files.images, unpacked(await uploadsOf(context.req.raw)), taken),
      );
    },
  );
  post(
    '/api/sample',
    { summary: 'Add sample images with the drawings of three experts' },
    z.object({}),
    async (_, context) => {
      if ((await images()).length > 0) throw new UsageError('The project has images already.');
      await writeSampleProject(project);
      return context.json({ images: SAMPLES });
    },
  );
  get('/api/images/:name', { summary: 'What an image is' }, async (context) => {
    const { file } = await imageNamed(param(context.req.param('name')));
    return context.json(await imageInfo(join(files.images, file)));
  });
  get('/api/images/:name/window', { summary: 'A window of an image', gives: 'bytes' }, async (context) => {
    const image = await imageNamed(param(context.req.param('name')));
    const query = (name: string, usual: number): number => Number(context.req.query(name) ?? usual);
    const region = {
      x: query('x', 0),
      y: query('y', 0),
      width: query('width', image.width),
      height: query('height', image.height),
      slice: query('z', 1) - 1,
      frame: query('time', 1) - 1,
    };
    return pixelResponse(await imageWindow(project, image, region));
  });

  post('/api/experts', { summary: 'Add an expert' }, newExpert, async ({ name }, context) => {
    await mkdir(files.expert(checkedName('an expert', name)), { recursive: true });
    return context.json({ name });
  });
  send(
    'post',
    '/api/experts/:expert/masks',
    { summary: 'Add masks that an expert drew elsewhere' },
    LARGEST_UPLOAD,
    async (context) => {
      const expert = checkedName('an expert', param(context.req.param('expert')));
      const uploads = unpacked(await uploadsOf(context.req.raw));
      const all = (await images()).map(({ file }) => file);
      return context.json(await receiveMasks(files.expert(expert), uploads, all));
    },
  );
  get(
    '/api/labels/:expert/:image',
    { summary: 'What an expert drew on an image', gives: 'bytes' },
    async (context) => {
      const { expert, image } = drawingOf(context.req.param());
      await imageNamed(image);
      const { width, height, data } = await labels.read(expert, image);
      return pixelResponse({ width, height, channels: 1, dtype: 'uint8', data });
    },
  );
  send(
    'patch',
    '/api/labels/:expert/:image',
    { summary: 'Save a stroke: a rectangle of classes' },
    LARGEST_STROKE,
    async (context) => {
      const { expert, image } = drawingOf(context.req.param());
      await imageNamed(image);
      const [x = 0, y = 0, width = 0, height = 0] = ['x', 'y', 'width', 'height'].map((name) =>
        Number(context.req.query(name) ?? Number.NaN),
      );
      const values = new Uint8Array(await context.req.arrayBuffer());
      await labels.patch(expert, image, { x, y, width, height, values });
      return context.body(null, 204);
    },
  );
  get(
    '/api/overlays/:kind/:of/:image',
    { summary: 'A mask or map that lies over an image', gives: 'bytes' },
    async (context) => {
      const { kind = '', of = '', image = '' } = context.req.param();
      checkedName('a result', of);
      checkedName('an image', image);
      return pixelResponse(await overlay(project, { kind, of, image }));
    },
  );

  post(
    '/api/ground-truth',
    { summary: "Merge the experts' drawings" },
    groundTruthRequest,
    async ({ method }, context) => {
      const args = ['gt', '--experts', files.annotations, '--out', files.groundTruth, '--method', method];
      const classes = ['--classes', `${project.settings.classes.length}`, '--undecided', '0'];
      return context.json(
        await jobs.add({ kind: 'ground-truth', target: 'ground-truth', args: [...args, ...classes] }),
      );
    },
  );

  post(
    '/api/runs',
    { summary: 'Train networks, or go on with a training' },
    newRun,
    async ({ name, masks, settings }, context) => {
      checkedName('a training', name);
      parseSettings(settings);
      const folder =
        masks === 'ground-truth'
          ? groundTruthFiles(files.groundTruth).masks
          : files.expert(checkedName('an expert', masks));
      const args = [
        'train',
        '--images',
        files.images,
        '--masks',
        folder,
        '--out',
        files.run(name),
        '--marked-only',
      ];
      return context.json(await jobs.add({ kind: 'train', target: name, args }, settings));
    },
  );
  post(
    '/api/runs/:name/resume',
    { summary: 'Go on with a training that was interrupted' },
    z.object({}),
    async (_, context) => {
      const name = checkedName('a training', param(context.req.param('name')));
      const { settings } = await runDetails(project, name);
      const { data } = JSON.parse(`{"data":${await readFile(join(files.run(name), 'data.json'), 'utf8')}}`);
      const args = [
        'train',
        '--images',
        data.imageFolder,
        '--masks',
        data.maskFolder,
        '--out',
        files.run(name),
        '--marked-only',
      ];
      return context.json(await jobs.add({ kind: 'train', target: name, args }, settings));
    },
  );
  get('/api/runs/:name', { summary: 'A training and its curves' }, async (context) =>
    context.json(await runDetails(project, checkedName('a training', param(context.req.param('name'))))),
  );

  post(
    '/api/predictions',
    { summary: 'Predict all images of the project' },
    newPrediction,
    async ({ name, run, separate, minimumSize }, context) => {
      const target = checkedName('a prediction', name);
      const model = files.run(checkedName('a training', run));
      const args = ['predict', '--model', model, '--images', files.images, '--out', files.prediction(target)];
      const objects = ['--separate', separate, '--minimum-size', `${minimumSize}`, '--resume'];
      return context.json(await jobs.add({ kind: 'predict', target, args: [...args, ...objects] }));
    },
  );
  get('/api/predictions/:name', { summary: 'A prediction, the doubtful images first' }, (context) =>
    context.json(predictionView(project, checkedName('a prediction', param(context.req.param('name'))))),
  );
  post(
    '/api/corrections',
    { summary: 'Take a predicted mask as the start of a drawing' },
    correction,
    async ({ prediction, image, expert }, context) => {
      checkedName('an expert', expert);
      const { width, height } = await imageNamed(image);
      const mask = await overlay(project, {
        kind: 'prediction',
        of: checkedName('a prediction', prediction),
        image,
      });
      await labels.patch(expert, image, { x: 0, y: 0, width, height, values: new Uint8Array(mask.data) });
      return context.json({ expert, image });
    },
  );
  post(
    '/api/exports',
    { summary: 'Write a training as a package of bioimage.io' },
    newExport,
    async ({ run }, context) => {
      const target = checkedName('a training', run);
      const args = ['export', '--model', files.run(target), '--out', files.export(target)];
      return context.json(await jobs.add({ kind: 'export', target, args }));
    },
  );

  post(
    '/api/jobs/:id/cancel',
    { summary: 'Stop a job; its work so far is kept' },
    z.object({}),
    async (_, context) => {
      await jobs.cancel(param(context.req.param('id')));
      return context.json({});
    },
  );
  get('/api/events', { summary: 'Tells when something has changed', gives: 'events' }, (context) =>
    streamSSE(context, async (stream) => {
      let open = true;
      stream.onAbort(() => {
        open = false;
      });
      const release = jobs.onChange(() => void stream.writeSSE({ event: 'change', data: '' }));
      while (open) {
        const busy = jobs.list().some(({ state }) => state === 'running');
        await stream.writeSSE({ event: busy ? 'progress' : 'idle', data: '' });
        await stream.sleep(TICK);
      }
      release();
    }),
  );
  get('/api/files/*', { summary: 'A file of the project', gives: 'file' }, async (context) => {
    const path = join(project.folder, decodeURIComponent(context.req.path.slice('/api/files/'.length)));
    if (!liesWithin(path, project.folder) || !(await isPlainFile(path))) {
      return context.json({ problem: 'There is no such file in the project.' }, 404);
    }
    const type = TYPES[/\.\w+$/.exec(path)?.[0] ?? ''] ?? 'application/octet-stream';
    const name = encodeURIComponent(basename(path));
    return new Response(new Uint8Array(await readFile(path)), {
      headers: {
        'Content-Type': type,
        // A report is shown, and what it holds may do nothing.
        'Content-Security-Policy':
          "sandbox allow-same-origin; default-src 'none'; img-src data:; style-src 'unsafe-inline'",
        'Content-Disposition': `${type.startsWith('text/html') ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`,
      },
    });
  });
  app.doc31('/api/openapi.json', { openapi: '3.1.0', info: { title: 'deepflash studio', version: '1' } });
  return app;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
};

function param(text: string | undefined): string {
  return text ?? '';
}

function drawingOf({ expert = '', image = '' }: Record<string, string>) {
  return { expert: checkedName('an expert', expert), image: checkedName('an image', image) };
}

async function uploadsOf(request: Request): Promise<Upload[]> {
  const form = await request.formData().catch(() => {
    throw new UsageError('No files arrived.');
  });
  const uploads: Upload[] = [];
  for (const value of form.values()) {
    if (typeof value === 'string') continue;
    uploads.push({
      name: basename(value.name.replaceAll('\\', '/')),
      bytes: new Uint8Array(await value.arrayBuffer()),
    });
  }
  if (uploads.length === 0) throw new UsageError('No files arrived.');
  return uploads;
}

async function isPlainFile(path: string): Promise<boolean> {
  return existsSync(path) && (await stat(path)).isFile();
}

/** Generated images on which three experts drew, each with a mind of their own about cells out of focus. */
async function writeSampleProject({ files }: Project): Promise<void> {
  const experts = ['Ada', 'Ben', 'Cleo'];
  for (const expert of experts) await mkdir(files.expert(expert), { recursive: true });
  for (let number = 1; number <= SAMPLES; number++) {
    const { image, mask } = sampleImage({ number, size: SAMPLE_SIDE });
    const name = `cells-${String(number).padStart(2, '0')}.png`;
    await writeFileAtomic(join(files.images, name), encodePng(image));
    // The last two are left to the visitor.
    if (number > SAMPLES - 2) continue;
    for (const [index, expert] of experts.entries()) {
      const data = grown(mask.data, SAMPLE_SIDE, index - 1);
      await writeFileAtomic(files.labels(expert, stem(name)), encodePng(encodeMask({ ...mask, data })));
    }
  }
}

/** A mask with one ring of pixels more or fewer: people draw wide or tight. */
function grown(mask: Uint8Array, width: number, by: number): Uint8Array {
  if (by === 0) return mask;
  const wanted = by > 0 ? 1 : 0;
  return mask.map((value, i) => {
    const around = [i - 1, i + 1, i - width, i + width].map((at) => mask[at] ?? value);
    return around.includes(wanted) ? wanted : value;
  });
}

/** Removes what a server that was killed has left half-written. */
export async function removeHalfWritten({ files }: Project): Promise<void> {
  for (const folder of [files.images, files.jobs, files.annotations]) {
    for (const name of await readdir(folder)) {
      if (/^\..*\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
    }
  }
}
