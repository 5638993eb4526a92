/** What is in a project, as the pages show it. All of it is read from the folder. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { describeSettings, type SettingDescription } from '@deepflash/segmentation';
import { groundTruthFiles } from '../ground-truth/layout.js';
import { drawnImages } from '../project/drawn.js';
import { imageFiles, type ProjectImage } from '../project/images.js';
import { folderNames, type Project } from '../project/project.js';
import type { FollowedEvents } from '../runs/follow-events.js';
import { predictionFiles } from '../runs/layout.js';
import { isSubmitted } from './cluster-view.js';
import type { JobView } from './jobs.js';
import { latestLast, predictionBegun, runBegun } from './latest-last.js';
import { type RunView, runView } from './run-view.js';

export interface ExpertView {
  readonly name: string;
  /** The images that the expert has drawn on. */
  readonly images: readonly string[];
}

export interface SubmittedView {
  readonly kind: 'runs' | 'predictions';
  readonly name: string;
}

export interface ProjectView {
  readonly name: string;
  readonly folder: string;
  readonly classes: readonly string[];
  /** What an object of a drawing is: a region of one class, or what has a number of its own. */
  readonly objects: 'regions' | 'numbered';
  /** The step of the tour of the pages, from 1; 0: none is shown. */
  readonly tour: number;
  readonly images: readonly ProjectImage[];
  readonly experts: readonly ExpertView[];
  /** The images of which there is a consensus. */
  readonly groundTruth: readonly string[];
  /** Those begun last are the last, and so are predictions. */
  readonly runs: readonly RunView[];
  readonly predictions: readonly string[];
  /** What was submitted to a cluster and is not finished. */
  readonly submitted: readonly SubmittedView[];
  /** Trainings of which there is a package of bioimage.io. */
  readonly exports: readonly string[];
  readonly jobs: readonly JobView[];
}

export async function projectView(
  project: Project,
  images: readonly ProjectImage[],
  jobs: readonly JobView[],
  followed: FollowedEvents,
): Promise<ProjectView> {
  const { files, folder, settings } = project;
  const experts = await expertViews(project);
  const runs: RunView[] = [];
  const begun = (name: string): Promise<number> => runBegun(files.run(name));
  for (const name of await latestLast(await folderNames(files.runs), begun)) {
    const run = await runView(project, name, jobs, followed);
    if (run !== undefined) runs.push(run);
  }
  const predictions = await latestLast(await folderNames(files.predictions), (name) =>
    predictionBegun(files.prediction(name)),
  );
  return {
    ...{
      name: settings.name,
      folder,
      classes: settings.classes,
      objects: settings.objects,
      tour: settings.tour,
      images,
      experts,
      runs,
      jobs,
    },
    groundTruth: await namesOf(groundTruthFiles(files.groundTruth).masks),
    predictions,
    submitted: [
      ...runs.flatMap(({ name, state }) => (state === 'submitted' ? [{ kind: 'runs', name } as const] : [])),
      ...predictions
        .filter((name) => isUnfinished(files.prediction(name)))
        .map((name) => ({ kind: 'predictions', name }) as const),
    ],
    exports: await packageNames(files.exports),
  };
}

/** The experts of a project, and on what they drew. */
export async function expertViews({ files }: Project): Promise<ExpertView[]> {
  const names = await folderNames(files.annotations);
  return Promise.all(names.map(async (name) => ({ name, images: await drawnImages(files, name) })));
}

/** A prediction was submitted whose report, which comes last, is not there. */
function isUnfinished(prediction: string): boolean {
  return isSubmitted(prediction) && !existsSync(predictionFiles(prediction).report);
}

async function packageNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^[^.].*\.zip$/.test(name)).map((name) => name.slice(0, -'.zip'.length));
}

async function namesOf(folder: string): Promise<string[]> {
  return (await imageFiles(folder)).map((file) => file.replace(/\.[^.]*$/, ''));
}

/** A setting as a form shows it. */
export type SettingView = SettingDescription;

export function settingViews(): readonly SettingView[] {
  return describeSettings();
}
