import { z } from 'zod';
import { separations } from '../networks/separation-head.js';
import { shown } from './kinds.js';

/** Whether the networks learn to tell touching objects apart. */
export const separationSettings = {
  separation: z
    .enum(separations)
    .default('none')
    .meta(
      shown(
        'Whether the networks also learn where objects that touch part. distance: a second head learns how deep inside its object a pixel lies and where two objects touch, and predict cuts by it; best with masks that number the objects.',
      ),
    ),
};
