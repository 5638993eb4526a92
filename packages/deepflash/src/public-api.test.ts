import { expect, test } from 'vitest';
import * as deepflash from './index.js';

test('the package exports these names and no others', () => {
  expect(Object.keys(deepflash).sort()).toEqual([
    'DataError',
    'JobError',
    'StoppedError',
    'UsageError',
    'WorkError',
    'assignFolds',
    'beginRun',
    'channelChoices',
    'explain',
    'foldCounts',
    'foldFiles',
    'foldHistory',
    'inspectData',
    'isFinished',
    'loadLabelledImages',
    'main',
    'modelFiles',
    'openEnsemble',
    'openRun',
    'predictFolder',
    'predictionFiles',
    'probeDevice',
    'readEvents',
    'readRecorded',
    'runFiles',
    'sampleImage',
    'scoreFolders',
    'startTraining',
    'summarise',
    'toPlanes',
    'trainRun',
    'validationResults',
  ]);
});
