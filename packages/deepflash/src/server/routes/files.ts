import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { UsageError } from '../../errors.js';
import { liesWithin } from '../../ground-truth/expert-folders.js';
import { checkedName } from '../../project/names.js';
import { predictionFiles } from '../../runs/layout.js';
import { filesToZip, zipped } from '../zip-stream.js';
import type { ApiParts, Router } from './parts.js';

export function fileRoutes({ get }: Router, { project }: ApiParts): void {
  get('/api/files/*', { summary: 'A file of the project', gives: 'file' }, async (context) => {
    const path = join(project.folder, decodeURIComponent(context.req.path.slice('/api/files/'.length)));
    if (!liesWithin(path, project.folder) || !(await isPlainFile(path))) {
      return context.json({ problem: 'There is no such file in the project.' }, 404);
    }
    const type = TYPES[/\.\w+$/.exec(path)?.[0] ?? ''] ?? 'application/octet-stream';
    const isShown = /^(text\/html|image\/)/.test(type);
    return download(createReadStream(path), basename(path), type, isShown ? 'inline' : 'attachment');
  });
  get(
    '/api/archives/:prediction/:part',
    { summary: 'Results of all images of a prediction in a zip: masks, rois, geojson …', gives: 'file' },
    async (context) => {
      const { prediction = '', part = '' } = context.req.param();
      const files = predictionFiles(project.files.prediction(checkedName('a prediction', prediction)));
      const folder = PARTS.find((one) => one === part);
      if (folder === undefined || !existsSync(files[folder])) {
        throw new UsageError(`There are no ${part} of ${prediction}.`);
      }
      const zip = Readable.from(zipped(await filesToZip(files[folder])));
      return download(zip, `${prediction}-${part}.zip`, 'application/zip', 'attachment');
    },
  );
}

const PARTS = ['masks', 'uncertainty', 'instances', 'rois', 'geojson'] as const;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
};

/** Hands a file over in parts: some are larger than the memory. */
function download(bytes: Readable, name: string, type: string, how: 'inline' | 'attachment'): Response {
  return new Response(Readable.toWeb(bytes) as ReadableStream<Uint8Array>, {
    headers: {
      'Content-Type': type,
      // A report is shown, and what it holds may do nothing.
      'Content-Security-Policy':
        "sandbox allow-same-origin; default-src 'none'; img-src data:; style-src 'unsafe-inline'",
      'Content-Disposition': `${how}; filename*=UTF-8''${encodeURIComponent(name)}`,
      'Cache-Control': 'no-cache',
    },
  });
}

async function isPlainFile(path: string): Promise<boolean> {
  return existsSync(path) && (await stat(path)).isFile();
}
