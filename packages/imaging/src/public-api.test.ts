import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as imaging from './index.js';
import * as node from './node.js';

it('exports these names and no others', () => {
  expect(Object.keys(imaging).sort()).toEqual([
    'DEFAULT_DEPTH',
    'DEFAULT_PROMINENCE',
    'FileWriteError',
    'FolderError',
    'ImageFileError',
    'MOST_ROIS',
    'MaskValueError',
    'NO_BACKGROUND',
    'NO_SELECTION',
    'SelectionError',
    'boxesOf',
    'classValues',
    'compareNames',
    'componentCounter',
    'connectedComponents',
    'createPyramidTiff',
    'decodeMask',
    'decodeRoi',
    'decodeRoiSet',
    'distanceTransform',
    'downscale',
    'encodeLabels',
    'encodeMask',
    'encodePng',
    'encodeRoi',
    'encodeRoiSet',
    'encodeTiff',
    'findClassObjects',
    'findObjects',
    'fitsTiffStack',
    'geoJsonGeometry',
    'halved',
    'hasImageEnding',
    'heatmap',
    'isGreyRgb',
    'isZarrName',
    'labelsFromRois',
    'maskValues',
    'matchMasks',
    'measureObjects',
    'memorySink',
    'memorySource',
    'newSamples',
    'numberRows',
    'openImage',
    'overlayOutline',
    'pictureSource',
    'planParts',
    'planSelection',
    'readImage',
    'readSelected',
    'readZip',
    'reduceGreyRgb',
    'retyped',
    'roisFromLabels',
    'selectSource',
    'separateByLandscape',
    'separateObjects',
    'squaredDistances',
    'stem',
    'toDisplay',
    'toGrey',
    'toRgb',
    'unmatchedReasons',
    'watershed',
    'widerType',
    'withoutBorder',
    'withoutHoles',
    'withoutSmall',
    'writeTiffStack',
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
