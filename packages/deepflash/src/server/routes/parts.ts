/** What the routes of the API have in common. */

import { UsageError } from '../../errors.js';
import { groundTruthFiles } from '../../ground-truth/layout.js';
import type { LabelStore } from '../../project/labels.js';
import { checkedName } from '../../project/names.js';
import type { ObjectStore } from '../../project/objects.js';
import type { OpenImages } from '../../project/open-images.js';
import type { Project, ProjectImage } from '../../project/project.js';
import type { Pyramids } from '../../project/pyramids.js';
import type { FollowedEvents } from '../../runs/follow-events.js';
import type { Jobs } from '../jobs.js';
import type { apiRouter } from '../router.js';

export interface ApiParts {
  readonly project: Project;
  readonly images: () => Promise<ProjectImage[]>;
  readonly labels: LabelStore;
  readonly objects: ObjectStore;
  /** Image files that stay open for a while, and the smaller copies of large ones. */
  readonly opened: OpenImages;
  readonly pyramids: Pyramids;
  readonly jobs: Jobs;
  /** What happens in trainings, which pages ask for again and again. */
  readonly events: FollowedEvents;
}

export type Router = ReturnType<typeof apiRouter>;

/** Throws a UsageError for an image that is not in the project. */
export async function imageNamed({ images }: ApiParts, name: string): Promise<ProjectImage> {
  const found = (await images()).find((image) => image.name === name);
  if (found === undefined) throw new UsageError(`There is no image ${name} in this project.`);
  return found;
}

/** The folder of masks that a page names: `ground-truth`, or an expert. */
export function maskFolder({ files }: Project, masks: string): string {
  return masks === 'ground-truth'
    ? groundTruthFiles(files.groundTruth).masks
    : files.expert(checkedName('an expert', masks));
}

export function text(part: string | undefined): string {
  return part ?? '';
}
