import { Button, Checkbox, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { part, pixels } from '../api.ts';
import { doubtfulPlaces } from './doubtful.ts';
import type { Point } from './tools.ts';

interface DoubtfulPlacesProps {
  readonly prediction: string;
  readonly image: string;
  /** Whether the uncertainty lies over the image. */
  readonly shown: boolean;
  readonly onShown: (shown: boolean) => void;
  readonly onGo: (at: Point) => void;
}

/** Leads from place to place where the networks are unsure, the worst first. */
export function DoubtfulPlaces({ prediction, image, shown, onShown, onGo }: DoubtfulPlacesProps) {
  const [next, setNext] = useState(0);
  const path = `overlays/uncertainty/${part(prediction)}/${part(image)}`;
  const { data } = useQuery({
    queryKey: ['overlay', path],
    queryFn: ({ signal }) => pixels(path, signal),
    retry: false,
    gcTime: 30_000,
  });
  const places = useMemo(() => (data === undefined ? [] : doubtfulPlaces(data)), [data]);
  if (places.length === 0) return null;
  return (
    <Group gap="sm" wrap="nowrap" className="plane">
      <Checkbox
        label="Uncertainty"
        checked={shown}
        onChange={(event) => onShown(event.currentTarget.checked)}
      />
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => {
          const place = places[next % places.length];
          if (place !== undefined) onGo(place);
          setNext(next + 1);
        }}
      >
        Next doubtful place ({(next % places.length) + 1} of {places.length})
      </Button>
    </Group>
  );
}
