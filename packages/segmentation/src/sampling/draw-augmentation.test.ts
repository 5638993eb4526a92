import { createRandom } from '@deepflash/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { augmentationSchema } from '../settings/augmentation.js';
import {
  type Augmentation,
  type AugmentationSettings,
  DEFAULT_AUGMENTATION,
  NO_AUGMENTATION,
} from './augmentation.js';
import { drawAugmentation } from './draw-augmentation.js';

const OFF: AugmentationSettings = {
  ...DEFAULT_AUGMENTATION,
  flips: false,
  rotation: 0,
  gamma: [1, 1],
  contrast: 0,
  blur: 0,
};

const ALL: AugmentationSettings = augmentationSchema.parse({
  brightness: 0.2,
  contrast: 0.3,
  zoom: [0.5, 1.5],
  elastic: 0.3,
  gridDistortion: 0.4,
  clahe: 4,
  blur: 2,
  illumination: 0.5,
  noise: 0.3,
  channelDrop: 2,
});

function draw(settings: AugmentationSettings, seed: number, channels = 3) {
  const random = createRandom(seed);
  let taken = 0;
  const next = (): number => {
    taken++;
    return random.next();
  };
  const sources = { common: { next }, of: (change: string) => createRandom(seed, change) };
  return { augmentation: drawAugmentation(sources, settings, channels), taken };
}

describe('drawAugmentation', () => {
  it('stays within its limits', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const drawn = draw(ALL, seed).augmentation;
        const within = (value: number, lowest: number, highest: number): void => {
          expect(value).toBeGreaterThanOrEqual(lowest - 1e-12);
          expect(value).toBeLessThanOrEqual(highest + 1e-12);
        };
        within(drawn.angle, 0, 2 * Math.PI);
        within(drawn.gamma, 0.8, 1.2);
        within(drawn.brightness, -0.2, 0.2);
        within(drawn.contrast, 0.7, 1.3);
        within(drawn.zoom, 0.5, 1.5);
        within(drawn.elastic?.reach ?? 0, 0, 0.3 * ALL.elasticSpacing);
        within(drawn.clahe ?? 1, 1, 4);
        within(drawn.blur, 0, 2);
        within(drawn.illumination?.strength ?? 0, 0, 0.5);
        within(drawn.noise?.strength ?? 0, 0, 0.3);
        within(drawn.droppedChannels.length, 0, 2);
        for (const parts of [drawn.gridDistortion?.rows ?? [1], drawn.gridDistortion?.columns ?? [1]]) {
          expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 12);
          within(Math.max(...parts) / Math.min(...parts), 1, 1.4 / 0.6);
        }
      }),
    );
  });

  it('changes nothing where nothing is asked for, and takes as many common numbers', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { augmentation, taken } = draw(OFF, seed);
        // -0 and 0 mean the same brightness.
        expect({ ...augmentation, brightness: augmentation.brightness + 0 }).toEqual(NO_AUGMENTATION);
        expect(draw(ALL, seed).taken).toBe(taken);
      }),
    );
  });

  it('draws each change as if it were the only one', () => {
    const alone: readonly [keyof Augmentation, Partial<AugmentationSettings>][] = [
      ['angle', { rotation: ALL.rotation }],
      ['contrast', { contrast: ALL.contrast }],
      ['zoom', { zoom: ALL.zoom }],
      ['elastic', { elastic: ALL.elastic }],
      ['gridDistortion', { gridDistortion: ALL.gridDistortion }],
      ['clahe', { clahe: ALL.clahe }],
      ['blur', { blur: ALL.blur }],
      ['illumination', { illumination: ALL.illumination }],
      ['noise', { noise: ALL.noise }],
      ['droppedChannels', { channelDrop: ALL.channelDrop }],
    ];
    for (let seed = 0; seed < 20; seed++) {
      const together = draw(ALL, seed).augmentation;
      for (const [name, settings] of alone) {
        expect(draw({ ...OFF, ...settings }, seed).augmentation[name]).toEqual(together[name]);
      }
    }
  });

  it('changes the part of the tiles that is asked for', () => {
    const counted = (part: number) => {
      const drawn = Array.from(
        { length: 400 },
        (_, seed) => draw({ ...ALL, noiseProbability: part, rotationProbability: part }, seed).augmentation,
      );
      return [
        drawn.filter(({ noise }) => noise !== null).length,
        drawn.filter(({ angle }) => angle !== 0).length,
      ];
    };
    expect(counted(0)).toEqual([0, 0]);
    expect(counted(1)).toEqual([400, 400]);
    for (const count of counted(0.25)) expect(Math.abs(count - 100)).toBeLessThan(40);
  });

  it('never empties all channels', () => {
    const settings = { ...OFF, channelDrop: 8, channelDropProbability: 1 };
    for (let seed = 0; seed < 50; seed++) {
      expect(draw(settings, seed, 1).augmentation.droppedChannels).toEqual([]);
      const dropped = draw(settings, seed, 3).augmentation.droppedChannels;
      expect(new Set(dropped).size).toBe(dropped.length);
      expect([1, 2]).toContain(dropped.length);
    }
  });
});
