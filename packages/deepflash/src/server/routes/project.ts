import { z } from 'zod';
import { UsageError } from '../../errors.js';
import { numberClasses } from '../../project/label-files.js';
import { renameClasses } from '../../project/project.js';
import { writeSampleProject } from '../../project/sample.js';
import { projectView, settingViews } from '../overview.js';
import { newClasses, objectsRequest, tourRequest } from '../schemas.js';
import type { ApiParts, Router } from './parts.js';

export function projectRoutes(
  { get, post }: Router,
  { project, images, jobs, labels, objects: numbered, events, changes }: ApiParts,
): void {
  get('/api/project', { summary: 'What is in the project' }, async (context) =>
    context.json(await projectView(project, await images.list(), jobs.list(), events)),
  );
  get('/api/settings', { summary: 'All settings of a training' }, (context) => context.json(settingViews()));
  post(
    '/api/sample',
    { summary: 'Add sample images with the drawings of three experts' },
    z.object({}),
    async (_, context) => {
      if ((await images.list()).length > 0) throw new UsageError('The project has images already.');
      const count = await writeSampleProject(project.files);
      changes.tell();
      return context.json({ images: count });
    },
  );
  post(
    '/api/classes',
    { summary: 'Name the classes, the background first; new ones are added at the end' },
    newClasses,
    async ({ classes }, context) => {
      await numbered.flush();
      await labels.flush();
      if (project.settings.classes.length === 2 && classes.length > 2) await numberClasses(project.files);
      const names = await renameClasses(project, classes);
      changes.tell();
      return context.json({ classes: names });
    },
  );
  post(
    '/api/objects',
    { summary: 'Say whether objects of drawings are regions of a class, or numbered one by one' },
    objectsRequest,
    async ({ objects }, context) => {
      // What is not written yet belongs to the kind of drawing that it was drawn in.
      await numbered.flush();
      await labels.flush();
      await project.change({ objects });
      changes.tell();
      return context.json({ objects });
    },
  );
  post(
    '/api/tour',
    { summary: 'Show a step of the tour of the pages, or none (0)' },
    tourRequest,
    async ({ step }, context) => {
      await project.change({ tour: step });
      return context.json({ step });
    },
  );
}
