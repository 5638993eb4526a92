import { mkdir } from 'node:fs/promises';
import type { Context } from 'hono';
import { receiveDrawings } from '../../project/drawings.js';
import { isDrawn } from '../../project/drawn.js';
import type { Stroke } from '../../project/journal.js';
import { checkedName } from '../../project/names.js';
import { bytesOf, fromOne, withClasses } from '../../project/numbered-objects.js';
import { unpacked } from '../../project/unpack.js';
import { overlay, pixelResponse, readFull } from '../pixels.js';
import { correction, newExpert } from '../schemas.js';
import { LARGEST_UPLOAD, uploadsOf } from '../upload-request.js';
import { type ApiParts, type Router, text } from './parts.js';

/** Bytes of a stroke. */
const LARGEST_STROKE = 2 ** 26;

export function annotationRoutes(
  { get, post, send }: Router,
  { project, images, labels, objects, changes }: ApiParts,
): void {
  const { files } = project;

  const isNumbered = (): boolean => project.settings.objects === 'numbered';

  /** Saves a stroke, and tells pages of a drawing that was begun with it. */
  async function draw(expert: string, image: string, save: () => Promise<void>): Promise<void> {
    const before = isDrawn(files, expert, image);
    await save();
    if (!before) changes.tell();
  }

  async function receive(context: Context, expert: string | null): Promise<Response> {
    const received = await receiveDrawings(unpacked(await uploadsOf(context.req.raw)), {
      ...{ expert, labels, images: await images.list(), classes: project.settings.classes },
      objects: isNumbered() ? objects : null,
      isDrawn: (who, image) => isDrawn(files, who, image),
    });
    changes.tell();
    return context.json(received);
  }

  post('/api/experts', { summary: 'Add an expert' }, newExpert, async ({ name }, context) => {
    await mkdir(files.expert(checkedName('an expert', name)), { recursive: true });
    changes.tell();
    return context.json({ name });
  });
  send(
    'post',
    '/api/experts/:expert/masks',
    { summary: 'Add masks, ROI sets or GeoJSON that an expert drew elsewhere' },
    LARGEST_UPLOAD,
    (context) => receive(context, checkedName('an expert', text(context.req.param('expert')))),
  );
  send(
    'post',
    '/api/masks',
    { summary: 'Add drawings of several experts, each in a folder with the name of the expert' },
    LARGEST_UPLOAD,
    (context) => receive(context, null),
  );
  get(
    '/api/labels/:expert/:image',
    { summary: 'What an expert drew on an image', gives: 'bytes' },
    async (context) => {
      const { expert, image } = drawingOf(context.req.param());
      await images.named(image);
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
      await images.named(image);
      const stroke = await strokeOf(context);
      await draw(expert, image, async () => {
        // What was drawn object by object before is written into the labels now, not over this stroke later.
        await objects.settle(expert, image);
        await labels.patch(expert, image, stroke);
        await objects.drop(expert, image);
      });
      return context.body(null, 204);
    },
  );
  get(
    '/api/objects/:expert/:image',
    { summary: 'What an expert drew on an image: number + 65,536 x class of each object', gives: 'bytes' },
    async (context) => {
      const { expert, image } = drawingOf(context.req.param());
      await images.named(image);
      const { width, height, data } = await objects.read(expert, image);
      return pixelResponse({ width, height, channels: 1, dtype: 'uint32', data });
    },
  );
  send(
    'patch',
    '/api/objects/:expert/:image',
    { summary: 'Save a stroke: a rectangle of numbered objects' },
    4 * LARGEST_STROKE,
    async (context) => {
      const { expert, image } = drawingOf(context.req.param());
      await images.named(image);
      const stroke = await strokeOf(context);
      await draw(expert, image, () => objects.patch(expert, image, stroke));
      return context.body(null, 204);
    },
  );
  post(
    '/api/corrections',
    { summary: 'Take a predicted mask as the start of a drawing; one that is there is kept' },
    correction,
    async ({ prediction, image, expert }, context) => {
      checkedName('an expert', expert);
      const { width, height } = await images.named(image);
      const of = checkedName('a prediction', prediction);
      if (isDrawn(files, expert, image)) return context.json({ expert, image, state: 'kept' });
      const mask = await overlay(project, { kind: 'prediction', of, image }, readFull);
      const place = { x: 0, y: 0, width, height };
      if (isNumbered()) {
        const { data } = await overlay(project, { kind: 'instances', of, image }, readFull);
        const predicted = { width, height, classes: project.settings.classes.length };
        const drawn = withClasses(fromOne(Uint32Array.from(data)), {
          ...predicted,
          data: new Uint8Array(mask.data),
        });
        // Somebody may have drawn on it meanwhile.
        if (isDrawn(files, expert, image)) return context.json({ expert, image, state: 'kept' });
        await objects.patch(expert, image, { ...place, values: bytesOf(drawn) });
      } else {
        if (isDrawn(files, expert, image)) return context.json({ expert, image, state: 'kept' });
        await labels.patch(expert, image, { ...place, values: new Uint8Array(mask.data) });
        await objects.drop(expert, image);
      }
      await objects.flush();
      await labels.flush();
      changes.tell();
      return context.json({ expert, image, state: 'begun' });
    },
  );
}

async function strokeOf(context: Context): Promise<Stroke> {
  const [x = 0, y = 0, width = 0, height = 0] = ['x', 'y', 'width', 'height'].map((name) =>
    Number(context.req.query(name) ?? Number.NaN),
  );
  return { x, y, width, height, values: new Uint8Array(await context.req.arrayBuffer()) };
}

function drawingOf({ expert = '', image = '' }: Record<string, string>) {
  return { expert: checkedName('an expert', expert), image: checkedName('an image', image) };
}
