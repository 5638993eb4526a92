/**
 * How training tiles are changed at random. Each change X has a strength or a range, `X`, with which nothing happens at 0
 * or 1,1, and the part of the tiles that undergo it, `XProbability`.
 */
import { z } from 'zod';
import { between, whole } from './kinds.js';

const change = (description: string) => ({ description: `Augmentation: ${description}` });

const probability = (whatHappens: string, usual = 0.5) =>
  between(0, 1)
    .default(usual)
    .meta(change(`part of the tiles that ${whatHappens}.`));

/** Two limits, the lower one first. */
const range = (lowest: number, highest: number) =>
  z.tuple([between(lowest, highest), between(lowest, highest)]).refine(([from, to]) => from <= to);

const rangeForm = (lowest: number, highest: number) =>
  `two numbers from ${lowest} to ${highest}, the smaller one first`;

export const augmentationSettings = {
  flips: z.boolean().default(true).meta(change('mirror tiles at random, up and down and left and right.')),
  flipsProbability: probability('are mirrored, of each of the two ways'),
  rotation: between(0, 360).default(360).meta(change('turn tiles by up to so many degrees; 0: none.')),
  rotationProbability: probability('are turned'),
  gamma: range(0.1, 10)
    .default([0.8, 1.2])
    .meta({ ...change('a gamma between these; 1,1: none.'), form: rangeForm(0.1, 10) }),
  gammaProbability: probability('get another gamma'),
  brightness: between(0, 1)
    .default(0)
    .meta(change("brighter or darker by up to this part of the images' range; 0: none.")),
  brightnessProbability: probability('get brighter or darker'),
  contrast: between(0, 0.95)
    .default(0.4)
    .meta(change('more or less contrast about the mean by up to this part; 0: none.')),
  contrastProbability: probability('get more or less contrast'),
  zoom: range(0.25, 4)
    .default([1, 1])
    .meta({
      ...change('enlarge by a factor between these, below 1 to shrink; 1,1: none.'),
      form: rangeForm(0.25, 4),
    }),
  zoomProbability: probability('are enlarged or shrunk'),
  elastic: between(0, 0.45)
    .default(0)
    .meta(
      change('bend tiles smoothly: pixels move by up to this part of elasticSpacing, such as 0.25; 0: none.'),
    ),
  elasticSpacing: between(4, 1024)
    .default(48)
    .meta(change('width of the waves of elastic, in pixels of the tile; about the size of an object.')),
  elasticProbability: probability('are bent'),
  gridDistortion: between(0, 0.9)
    .default(0)
    .meta(
      change('stretch and squeeze the columns and rows of a grid by up to this part, such as 0.3; 0: none.'),
    ),
  gridDistortionCells: whole(2, 64)
    .default(5)
    .meta(change('columns and rows of the grid of gridDistortion.')),
  gridDistortionProbability: probability('are stretched and squeezed'),
  clahe: between(0, 100)
    .default(0)
    .meta(
      change('even out contrast from place to place (CLAHE), with a clip limit from 1 to this; 0: none.'),
    ),
  claheProbability: probability('get evened out contrast'),
  blur: between(0, 20)
    .default(2)
    .meta(
      change(
        'smoother, as with less noise or out of focus: a Gaussian of up to this standard deviation, in pixels of the tile; 0: none.',
      ),
    ),
  blurProbability: probability('are blurred', 0.75),
  illumination: between(0, 0.95)
    .default(0)
    .meta(
      change('uneven light: up to this part brighter at one side and as much darker at the other; 0: none.'),
    ),
  illuminationProbability: probability('get uneven light'),
  noise: between(0, 5)
    .default(0)
    .meta(change("Gaussian noise of up to this part of the images' standard deviation; 0: none.")),
  noiseProbability: probability('get noise'),
  channelDrop: whole(0, 64)
    .default(0)
    .meta(change('empty up to so many channels, never all of them; 0: none.')),
  channelDropProbability: probability('lose channels'),
};

/** The settings of augmentation alone. */
export const augmentationSchema = z.object(augmentationSettings);
