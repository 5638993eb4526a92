/** Resolutions of an image; the server makes smaller copies of a large one when they are asked for first. */
import { useQuery } from '@tanstack/react-query';
import type { PyramidState } from 'deepflash';
import { get, part } from '../api.ts';
import { LARGE, type Plane, type ViewedImage } from './tiles.ts';
import type { Size } from './view.ts';

/** Milliseconds between looks at copies that are being made. */
const LOOK = 700;

export interface LevelsView {
  /** Null until they are known and made. */
  readonly levels: readonly Size[] | null;
  /** What is waited for, or why there is nothing to see; null where nothing is. */
  readonly note: string | null;
}

export function useLevels({ name, width, height }: ViewedImage, { z, time }: Plane): LevelsView {
  const isLarge = Math.max(width, height) > LARGE;
  const { data, error } = useQuery({
    queryKey: ['pixels', 'levels', name, width, height, z, time],
    queryFn: () => get<PyramidState>(`images/${part(name)}/levels?z=${z}&time=${time}`),
    enabled: isLarge,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.done === 1 || state.data.problem !== undefined ? false : LOOK,
    // The same levels stay the same object.
    structuralSharing: true,
  });
  if (!isLarge) return { levels: null, note: null };
  const problem = error?.message ?? data?.problem;
  if (problem !== undefined) return { levels: null, note: problem };
  if (data === undefined) return { levels: null, note: '' };
  if (data.done === 1) return { levels: data.levels, note: null };
  return {
    levels: null,
    note: `This image is large. Smaller copies of it are being made, once: ${Math.floor(100 * data.done)} %`,
  };
}
