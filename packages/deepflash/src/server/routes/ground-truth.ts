import { groundTruthView } from '../ground-truth-view.js';
import { groundTruthRequest } from '../schemas.js';
import type { ApiParts, Router } from './parts.js';

export function groundTruthRoutes({ get, post }: Router, { project, jobs }: ApiParts): void {
  const { files } = project;
  post(
    '/api/ground-truth',
    { summary: "Merge the experts' drawings, or only try another method beside" },
    groundTruthRequest,
    async ({ method, purpose }, context) => {
      const out = purpose === 'compare' ? files.comparison(method) : files.groundTruth;
      const args = ['gt', '--experts', files.annotations, '--out', out, '--method', method];
      const classes = ['--classes', `${project.settings.classes.length}`, '--undecided', '0'];
      const kind = purpose === 'compare' ? 'comparison' : 'ground-truth';
      return context.json(await jobs.add({ kind, target: method, args: [...args, ...classes] }));
    },
  );
  get('/api/ground-truth', { summary: "Each expert's account and how they agree" }, (context) =>
    context.json(groundTruthView(project, jobs.list())),
  );
}
