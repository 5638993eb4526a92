/** The state of a whole submission in one word. */
import { Badge } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ClusterStatus, TaskState } from 'deepflash';
import { useEffect } from 'react';
import { type Submittable, useClusterStatus } from '../api.ts';

export const COLOURS: Readonly<Record<TaskState, string>> = {
  ...{ done: 'teal.9', running: 'blue.9', waiting: 'gray.8', failed: 'red.9', cancelled: '#9a3412' },
};

interface ClusterBadgeProps {
  readonly kind: Submittable;
  readonly name: string;
}

export function ClusterBadge({ kind, name }: ClusterBadgeProps) {
  const { data } = useClusterStatus(kind, name);
  useRefreshedBy(data);
  const state = data === undefined ? undefined : stateOf(data);
  return (
    <Badge color={state === undefined ? 'gray.8' : COLOURS[state]}>
      {state === undefined ? 'submitted' : `${state} on the cluster`}
    </Badge>
  );
}

function stateOf({ counts }: ClusterStatus): TaskState {
  if (counts.running > 0) return 'running';
  if (counts.waiting > 0) return 'waiting';
  return counts.failed > 0 ? 'failed' : counts.cancelled > 0 ? 'cancelled' : 'done';
}

/** What tasks have done since is fetched: nobody else tells of it. */
export function useRefreshedBy(status: ClusterStatus | undefined): void {
  const client = useQueryClient();
  const told = JSON.stringify(status?.tasks);
  useEffect(() => {
    if (told === undefined) return;
    const moving = new Set<unknown>(['project', 'run', 'prediction']);
    void client.invalidateQueries({ predicate: ({ queryKey }) => moving.has(queryKey[0]) });
  }, [client, told]);
}
