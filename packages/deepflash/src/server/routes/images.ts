import { join } from 'node:path';
import type { Context } from 'hono';
import { imageInfo } from '../../project/images.js';
import type { StackPlane } from '../../project/pyramids.js';
import { unpacked } from '../../project/unpack.js';
import { receiveImages } from '../../project/uploads.js';
import { imageWindow, pixelResponse } from '../pixels.js';
import { LARGEST_UPLOAD, uploadsOf } from '../upload-request.js';
import { type ApiParts, type Router, text } from './parts.js';

export function imageRoutes({ get, send }: Router, parts: ApiParts): void {
  const { project, images, changes } = parts;
  send(
    'post',
    '/api/images',
    { summary: 'Add image files, or a zip of them' },
    LARGEST_UPLOAD,
    async (context) => {
      const taken = (await images.list()).map(({ file }) => file);
      const uploads = unpacked(await uploadsOf(context.req.raw));
      const received = await receiveImages(project.files.images, uploads, taken);
      changes.tell();
      return context.json(received);
    },
  );
  get('/api/images/:name', { summary: 'What an image is' }, async (context) => {
    const { file } = await images.named(text(context.req.param('name')));
    return context.json(await imageInfo(join(project.files.images, file)));
  });
  get(
    '/api/images/:name/levels',
    { summary: 'Resolutions of an image; of a large one smaller copies are begun where it has none' },
    async (context) => {
      const { file } = await images.named(text(context.req.param('name')));
      return context.json(await parts.pyramids.state(file, planeOf(context)));
    },
  );
  get('/api/images/:name/window', { summary: 'A window of an image', gives: 'bytes' }, async (context) => {
    const image = await images.named(text(context.req.param('name')));
    const query = (name: string, usual: number): number => Number(context.req.query(name) ?? usual);
    const region = {
      x: query('x', 0),
      y: query('y', 0),
      width: query('width', image.width),
      height: query('height', image.height),
      level: query('level', 0),
      ...planeOf(context),
    };
    return pixelResponse(await imageWindow(parts, image, region));
  });
}

/** The plane that is asked for, from 1 there and from 0 here. */
function planeOf({ req }: Context): StackPlane {
  return { slice: Number(req.query('z') ?? 1) - 1, frame: Number(req.query('time') ?? 1) - 1 };
}
