import { Badge } from '@mantine/core';
import { useFailedStrokes } from './unsaved.ts';

/** Strokes that are not on the disk because the studio does not answer, on every page. */
export function UnsavedBadge() {
  const count = useFailedStrokes();
  return (
    <span role="status">
      {count > 0 && (
        <Badge color="red.9" size="lg" tt="none">
          {count} stroke{count === 1 ? '' : 's'} not saved yet
        </Badge>
      )}
    </span>
  );
}
