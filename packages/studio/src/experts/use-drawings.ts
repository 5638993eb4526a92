import { useQueries } from '@tanstack/react-query';
import { part, pixels } from '../api.ts';
import type { Colour } from '../viewer/colours.ts';
import type { Layer } from '../viewer/scene.ts';

interface Drawer {
  readonly name: string;
  readonly colour: Colour;
}

/** What experts drew on an image, the outline of each in a colour of its own. */
export function useDrawings(image: string, drawers: readonly Drawer[]): readonly Layer[] {
  return useQueries({
    queries: drawers.map(({ name, colour }) => ({
      queryKey: ['drawing', name, image],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<Layer> => {
        const { width, height, data } = await pixels(`labels/${part(name)}/${part(image)}`, signal);
        return { width, height, data, kind: 'one-colour', opacity: 0, shape: 'outline', colour };
      },
      gcTime: 30_000,
    })),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
}
