/** What the routes of the API have in common. */
import { groundTruthFiles } from '../../ground-truth/layout.js';
import type { ProjectImages } from '../../project/images.js';
import type { LabelStore } from '../../project/labels.js';
import { checkedName } from '../../project/names.js';
import type { ObjectStore } from '../../project/objects.js';
import type { OpenImages } from '../../project/open-images.js';
import type { Project } from '../../project/project.js';
import type { Pyramids } from '../../project/pyramids.js';
import type { FollowedEvents } from '../../runs/follow-events.js';
import type { Changes } from '../changes.js';
import type { Jobs } from '../jobs.js';
import type { apiRouter } from '../router.js';

export interface ApiParts {
  readonly project: Project;
  readonly images: ProjectImages;
  readonly labels: LabelStore;
  readonly objects: ObjectStore;
  /** Image files that stay open for a while, and the smaller copies of large ones. */
  readonly opened: OpenImages;
  readonly pyramids: Pyramids;
  readonly jobs: Jobs;
  /** To be told of what other pages do not know yet. */
  readonly changes: Changes;
  /** What happens in trainings, which pages ask for again and again. */
  readonly events: FollowedEvents;
}

export type Router = ReturnType<typeof apiRouter>;

/** The folder of masks that a page names: `ground-truth`, or an expert. */
export function maskFolder({ files }: Project, masks: string): string {
  return masks === 'ground-truth'
    ? groundTruthFiles(files.groundTruth).masks
    : files.expert(checkedName('an expert', masks));
}

export function text(part: string | undefined): string {
  return part ?? '';
}
