import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { pixels } from '../api.ts';
import { heatPicture, labelPicture } from './tint.ts';

/** A mask or a map of the server as a canvas of its size; null until it is there. */
export function useOverlay(path: string | null, kind: 'classes' | 'heat'): HTMLCanvasElement | null {
  const { data } = useQuery({
    queryKey: ['overlay', path],
    queryFn: ({ signal }) => pixels(path ?? '', signal),
    enabled: path !== null,
    retry: false,
  });
  return useMemo(() => {
    if (data === undefined || path === null) return null;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [data.width, data.height];
    const whole = { x: 0, y: 0, width: data.width, height: data.height };
    const picture =
      kind === 'heat'
        ? heatPicture(data)
        : labelPicture({ width: data.width, data: Uint8Array.from(data.data) }, whole);
    canvas.getContext('2d')?.putImageData(picture, 0, 0);
    return canvas;
  }, [data, path, kind]);
}
