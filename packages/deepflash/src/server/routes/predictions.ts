import { checkedName } from '../../project/names.js';
import { predictionWords } from '../command-lines.js';
import { overlay, pixelResponse, readShown } from '../pixels.js';
import { acceptImage, objectTable, predictionView } from '../prediction-view.js';
import { acceptance, newPrediction } from '../schemas.js';
import { type ApiParts, type Router, text } from './parts.js';

export function predictionRoutes({ get, post }: Router, { project, images, jobs }: ApiParts): void {
  const { files } = project;
  post(
    '/api/predictions',
    { summary: 'Predict all images of the project' },
    newPrediction,
    async ({ name, run, ...objects }, context) => {
      const target = checkedName('a prediction', name);
      const models = [files.run(checkedName('a training', run))];
      const args = [...predictionWords(project, models, target, objects), '--resume'];
      return context.json(await jobs.add({ kind: 'predict', target, args }));
    },
  );
  get('/api/predictions/:name', { summary: 'A prediction, the doubtful images first' }, (context) =>
    context.json(predictionView(project, checkedName('a prediction', text(context.req.param('name'))))),
  );
  get(
    '/api/predictions/:name/objects/:image',
    { summary: 'The objects of an image, measured' },
    (context) => {
      const { name = '', image = '' } = context.req.param();
      return context.json(
        objectTable(project, checkedName('a prediction', name), checkedName('an image', image)),
      );
    },
  );
  post(
    '/api/predictions/:name/accepted',
    { summary: 'Say that the mask of an image is right, or take that back' },
    acceptance,
    async ({ image, state }, context) => {
      await images.named(image);
      const name = checkedName('a prediction', text(context.req.param('name')));
      return context.json({ accepted: await acceptImage(project, name, image, state) });
    },
  );
  get(
    '/api/overlays/:kind/:of/:image',
    { summary: 'A mask or map that lies over an image', gives: 'bytes' },
    async (context) => {
      const { kind = '', of = '', image = '' } = context.req.param();
      checkedName('a result', of);
      checkedName('an image', image);
      return pixelResponse(await overlay(project, { kind, of, image }, readShown));
    },
  );
}
