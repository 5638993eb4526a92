import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { pixels } from '../api.ts';
import type { Layer } from './scene.ts';

type Look = Pick<Layer, 'kind' | 'opacity' | 'shape' | 'colour' | 'marked'>;

/** A mask or a map of the server as a layer; null until it is there, and where it is not. */
export function useLayer(path: string | null, look: Look): Layer | null {
  const { data } = useQuery({
    queryKey: ['overlay', path],
    queryFn: ({ signal }) => pixels(path ?? '', signal),
    enabled: path !== null,
    retry: false,
    gcTime: 30_000,
  });
  const { kind, opacity, shape, colour, marked } = look;
  return useMemo(() => {
    if (data === undefined || path === null) return null;
    const { width, height, over, data: samples } = data;
    return {
      ...{ width, height, data: samples, kind, opacity, shape },
      ...(over === undefined ? {} : { over }),
      ...(colour === undefined ? {} : { colour }),
      ...(marked === undefined ? {} : { marked }),
    };
  }, [data, path, kind, opacity, shape, colour, marked]);
}

/** The layers that are there. */
export function layersOf(...layers: readonly (Layer | null)[]): Layer[] {
  return layers.filter((layer) => layer !== null);
}
