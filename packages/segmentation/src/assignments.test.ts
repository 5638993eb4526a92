import { expect, test } from 'vitest';
import { parseAssignments } from './assignments.js';

test('values are read by the type of their setting', () => {
  expect(
    parseAssignments([
      'steps=300',
      'learningRate=1e-4',
      'flips=false',
      'folds=null',
      'encoder=resnet34',
      'encoderWeights=a=b.safetensors',
      'gamma=0.9, 1.1',
      'channels=2,DAPI',
      'z=mean',
      'time=3',
    ]),
  ).toEqual({
    steps: 300,
    learningRate: 1e-4,
    flips: false,
    folds: null,
    encoder: 'resnet34',
    encoderWeights: 'a=b.safetensors',
    gamma: [0.9, 1.1],
    channels: [2, 'DAPI'],
    z: 'mean',
    time: 3,
  });
});

test('values that do not fit stay texts, for the schema to refuse', () => {
  expect(parseAssignments(['steps=', 'flips=yes'])).toEqual({ steps: '', flips: 'yes' });
});

test('all faults are told at once', () => {
  expect(() => parseAssignments(['steps', 'stesp=3', 'seed=1', 'seed=2'])).toThrow(
    /"steps" is not of the form key=value.*\n.*stesp is no setting \(did you mean steps\?\).*\n.*seed is given twice/,
  );
});
