/** The way from images to results in a few steps, each on a page, with what to do there. */
import type { ProjectView } from 'deepflash';

export interface TourStep {
  readonly href: string;
  /** The page as the navigation names it. */
  readonly page: string;
  readonly task: string;
  /** Whether the project shows that it was done; null where there is only something to look at. */
  readonly isDone: ((project: ProjectView) => boolean) | null;
}

export const TOUR: readonly TourStep[] = [
  {
    href: '/images',
    page: 'Images',
    task: 'Look at some images: the wheel zooms, a drag moves. Images of your own are dragged in here.',
    isDone: null,
  },
  {
    href: '/annotate',
    page: 'Annotate',
    task: 'Paint over a cell with the brush; a click with the wand takes a whole one. Strokes are saved at once, and Ctrl+Z takes them back.',
    isDone: null,
  },
  {
    href: '/ground-truth',
    page: 'Experts',
    task: 'Merge the drawings of the three experts. The table then tells how well each agrees with all.',
    isDone: ({ groundTruth }) => groundTruth.length > 0,
  },
  {
    href: '/train',
    page: 'Train',
    task: 'Start a training; two minutes are enough for the samples. You may go on meanwhile.',
    isDone: ({ runs }) => runs.some(({ state }) => state === 'finished'),
  },
  {
    href: '/results',
    page: 'Predict and correct',
    task: 'Predict all images. Those about which the networks are unsure come first: accept or correct them.',
    isDone: ({ predictions }) => predictions.length > 0,
  },
  {
    href: '/export',
    page: 'Export',
    task: 'Take tables, masks and networks with you. That was the way; a project of your own is a new folder.',
    isDone: null,
  },
];

/** The step to begin with, from 1: the first of which the project does not show that it was done. */
export function firstOpenStep(project: ProjectView): number {
  const open = TOUR.findIndex(({ isDone }) => isDone !== null && !isDone(project));
  if (project.groundTruth.length === 0) return 1;
  return open < 0 ? 1 : open + 1;
}
