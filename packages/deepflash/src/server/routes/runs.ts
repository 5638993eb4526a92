import { parseSettings } from '@deepflash/segmentation';
import { z } from 'zod';
import { UsageError } from '../../errors.js';
import { groundTruthFiles } from '../../ground-truth/layout.js';
import { checkedName } from '../../project/names.js';
import { openRun } from '../../runs/run.js';
import { learningFrom, resumingWords, trainingWords } from '../command-lines.js';
import { learningRateView } from '../learning-rate-view.js';
import { expertViews } from '../overview.js';
import { runDetails } from '../run-view.js';
import { augmentationRequest, learningRateRequest, newExport, newRun, retraining } from '../schemas.js';
import { refuseTakenRun } from '../taken-names.js';
import { type ApiParts, maskFolder, type Router, text } from './parts.js';

export function runRoutes({ get, post }: Router, { project, jobs, events }: ApiParts): void {
  const { files } = project;
  const folders = (masks: string): string[] => learningFrom(files.images, masks);

  post('/api/runs', { summary: 'Train networks' }, newRun, async ({ name, masks, settings }, context) => {
    refuseTakenRun(project, jobs, checkedName('a training', name));
    parseSettings(settings);
    const args = trainingWords(project, maskFolder(project, masks), name);
    return context.json(await jobs.add({ kind: 'train', target: name, args }, settings));
  });
  get('/api/runs/:name', { summary: 'A training and its curves' }, async (context) =>
    context.json(
      await runDetails(project, checkedName('a training', text(context.req.param('name'))), events),
    ),
  );
  post(
    '/api/runs/:name/resume',
    { summary: 'Go on with a training that was interrupted' },
    z.object({}),
    async (_, context) => {
      const name = checkedName('a training', text(context.req.param('name')));
      const run = await openRun(files.run(name));
      return context.json(
        await jobs.add({ kind: 'train', target: name, args: resumingWords(run) }, run.settings),
      );
    },
  );
  post(
    '/api/runs/:name/retrain',
    {
      summary:
        'Merge all drawings anew, where several experts drew, and train further from the networks of this training',
    },
    retraining,
    async ({ as }, context) => {
      const name = checkedName('a training', text(context.req.param('name')));
      const target = checkedName('a training', as);
      refuseTakenRun(project, jobs, target);
      const { settings: all, reasons } = await openRun(files.run(name));
      // What was chosen by the images is chosen again, but for the network, whose weights go on.
      const kept = Object.entries(all).filter(
        ([key]) => !(key in reasons) || /^(encoder|architecture)$/.test(key),
      );
      const settings = { ...Object.fromEntries(kept), initialWeights: files.run(name) };
      const drawers = (await expertViews(project)).filter(({ images }) => images.length > 0);
      const [drawer] = drawers;
      if (drawer === undefined) throw new UsageError('Nobody has drawn on an image yet: draw on some first.');
      if (drawers.length === 1) {
        const args = trainingWords(project, maskFolder(project, drawer.name), target);
        return context.json(await jobs.add({ kind: 'train', target, args }, settings));
      }
      const method = jobs.list().findLast(({ kind }) => kind === 'ground-truth')?.target ?? 'staple';
      const merge = ['gt', '--experts', files.annotations, '--out', files.groundTruth, '--method', method];
      const classes = ['--classes', `${project.settings.classes.length}`, '--undecided', '0'];
      const merging = await jobs.add({ kind: 'ground-truth', target: method, args: [...merge, ...classes] });
      const masks = groundTruthFiles(files.groundTruth).masks;
      const args = trainingWords(project, masks, target);
      return context.json(await jobs.add({ kind: 'train', target, args, after: merging.id }, settings));
    },
  );

  post(
    '/api/learning-rates',
    { summary: 'Try learning rates from small to large' },
    learningRateRequest,
    async ({ masks, settings, points }, context) => {
      parseSettings(settings);
      const args = ['lr-find', ...folders(maskFolder(project, masks)), '--out', files.learningRates];
      return context.json(
        await jobs.add(
          { kind: 'learning-rate', target: masks, args: [...args, '--points', `${points}`] },
          settings,
        ),
      );
    },
  );
  get(
    '/api/learning-rates',
    { summary: 'The rates that were tried last, and the one that is suggested' },
    (context) => context.json(learningRateView(project, jobs.list())),
  );
  post(
    '/api/augmentations',
    { summary: 'Make a picture of tiles as the training would change them' },
    augmentationRequest,
    async ({ masks, settings }, context) => {
      parseSettings(settings);
      const args = ['augmentations', ...folders(maskFolder(project, masks)), '--out', files.augmentations];
      return context.json(await jobs.add({ kind: 'augmentations', target: masks, args }, settings));
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
}
