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
    'NO_SELECTION',
    'SelectionError',
    'classValues',
    'compareNames',
    'connectedComponents',
    'createPyramidTiff',
    'decodeMask',
    'downscale',
    'encodeMask',
    'encodePng',
    'encodeTiff',
    'hasImageEnding',
    'heatmap',
    'isGreyRgb',
    'isZarrName',
    'maskValues',
    'matchMasks',
    'memorySource',
    'newSamples',
    'openImage',
    'overlayOutline',
    'pictureSource',
    'planParts',
    'planSelection',
    'readImage',
    'readSelected',
    'reduceGreyRgb',
    'retyped',
    'selectSource',
    'stem',
    'toDisplay',
    'toGrey',
    'toRgb',
    'unmatchedReasons',
    'widerType',
  ]);
  expect(Object.keys(node).sort()).toEqual([
    'FileWriteError',
    'FolderError',
    'ImageFileError',
    'createFileSink',
    'listImageFiles',
    'openFileSource',
    'openImageFile',
    'readImageFile',
    'writeFileAtomic',
  ]);
});

it('touches Node only in node.ts', () => {
  const sources = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' });
  const users = sources.filter(
    (name) =>
      name.endsWith('.ts') &&
      !name.endsWith('.test.ts') &&
      /from 'node:|\b(Buffer|process)\./.test(
        readFileSync(new URL(name.replaceAll('\\', '/'), import.meta.url), 'utf8'),
      ),
  );
  expect(users).toEqual(['node.ts']);
});
