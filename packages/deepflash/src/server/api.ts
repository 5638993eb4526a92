/** The API of the studio: what the pages ask for and do. Everything is read from and written to the project's folder. */
import { apiRouter } from './router.js';
import { annotationRoutes } from './routes/annotations.js';
import { clusterRoutes } from './routes/cluster.js';
import { fileRoutes } from './routes/files.js';
import { groundTruthRoutes } from './routes/ground-truth.js';
import { imageRoutes } from './routes/images.js';
import { jobRoutes } from './routes/jobs.js';
import type { ApiParts } from './routes/parts.js';
import { predictionRoutes } from './routes/predictions.js';
import { projectRoutes } from './routes/project.js';
import { runRoutes } from './routes/runs.js';

const ROUTES = [
  ...[projectRoutes, imageRoutes, annotationRoutes, groundTruthRoutes],
  ...[runRoutes, predictionRoutes, clusterRoutes, jobRoutes, fileRoutes],
];

export function studioApi(parts: ApiParts) {
  const router = apiRouter();
  for (const add of ROUTES) add(router, parts);
  router.app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'deepflash studio', version: '1' },
  });
  return router.app;
}
