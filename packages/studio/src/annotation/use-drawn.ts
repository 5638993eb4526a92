/** What was just drawn becomes known to all pages. */
import { useQueryClient } from '@tanstack/react-query';
import type { ProjectView } from 'deepflash';
import { useEffect } from 'react';
import { type DrawingName, onSaved } from './unsaved.ts';

/** Milliseconds of rest after a stroke: strokes that follow one another are asked about once. */
const REST = 300;

/** Fetches the project again when the first strokes of a drawing are saved; those after them change nothing in it. */
export function useDrawn(): void {
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = onSaved((drawing) => {
      if (isDrawn(client.getQueryData<ProjectView>(['project']), drawing)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void client.invalidateQueries({ queryKey: ['project'] }), REST);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [client]);
}

/** Whether a project counts an image among those that an expert has drawn on. */
export function isDrawn(
  project: Pick<ProjectView, 'experts'> | undefined,
  { expert, image }: Pick<DrawingName, 'expert' | 'image'>,
): boolean {
  return project?.experts.find(({ name }) => name === expert)?.images.includes(image) ?? false;
}
