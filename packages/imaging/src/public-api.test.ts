import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as imaging from './index.js';
import * as node from './node.js';

it('exports these names and no others', () => {
  expect(Object.keys(imaging).sort()).toEqual([
    'FileWriteError',
    'FolderError',
    'ImageFileError',
    'MaskValueError',
    'classValues',
    'compareNames',
    'connectedComponents',
    'createPyramidTiff',
    'decodeMask',
    'decodeRoi',
    'decodeRoiSet',
    'downscale',
    'encodeLabels',
    'encodeMask',
    'encodePng',
    'encodeRoi',
    'encodeRoiSet',
    'encodeTiff',
    'heatmap',
    'isGreyRgb',
    'labelsFromRois',
    'maskValues',
    'matchMasks',
    'memorySink',
    'memorySource',
    'newSamples',
    'openImage',
    'overlayOutline',
    'pictureSource',
    'readImage',
    'readZip',
    'reduceGreyRgb',
    'roisFromLabels',
    'stem',
    'toDisplay',
    'toGrey',
    'toRgb',
  ]);
  expect(Object.keys(node).sort()).toEqual([
    'FileWriteError',
    'FolderError',
    'ImageFileError',
    'createFileSink',
    'createOmeZarr',
    'listImageFiles',
    'openFileSource',
    'openImageFile',
    'openZarrFolder',
    'openZarrUrl',
    'readImageFile',
    'writeFileAtomic',
  ]);
});

it('touches Node only in node.ts and what it alone uses', () => {
  const sources = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' });
  const users = sources.filter(
    (name) =>
      name.endsWith('.ts') &&
      !name.endsWith('.test.ts') &&
      /from 'node:|\b(Buffer|process)\./.test(
        readFileSync(new URL(name.replaceAll('\\', '/'), import.meta.url), 'utf8'),
      ),
  );
  expect(users.sort()).toEqual(['node.ts', 'zarr/folder-writer.ts', 'zarr/folder.ts']);
});
