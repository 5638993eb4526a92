/** Whether work is done on this computer or on the cluster, and what is asked of the cluster for it. */
import { Group, SegmentedControl, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { ClusterResources, ClusterView } from 'deepflash';
import { useState } from 'react';
import { useCluster } from '../api.ts';

export interface Place {
  readonly cluster: ClusterView;
  readonly isCluster: boolean;
  readonly choose: (isCluster: boolean) => void;
  readonly resources: ClusterResources;
  readonly ask: (change: Partial<ClusterResources>) => void;
}

/** Where work is done; null where there is no choice, since this computer submits no jobs. */
export function usePlace(): Place | null {
  const { data: cluster } = useCluster();
  const [isCluster, choose] = useState(false);
  const [changed, setChanged] = useState<Partial<ClusterResources>>({});
  if (cluster === undefined || !cluster.here) return null;
  return {
    ...{ cluster, isCluster, choose, resources: { ...cluster.resources, ...changed } },
    ask: (change) => setChanged((before) => ({ ...before, ...change })),
  };
}

/** The choice, and for the cluster what each task gets. */
export function WhereToRun({ place }: { readonly place: Place }) {
  const { cluster, isCluster, choose, resources, ask } = place;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text size="sm" fw={500}>
          Run
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="Where it runs"
          data={[
            { value: 'here', label: 'here' },
            { value: 'cluster', label: 'on the cluster' },
          ]}
          value={isCluster ? 'cluster' : 'here'}
          onChange={(to) => choose(to === 'cluster')}
        />
        {isCluster && (
          <Text size="sm" c="dimmed">
            Slurm runs it when there is room; this page may be closed meanwhile.
          </Text>
        )}
      </Group>
      {isCluster && (
        <>
          <SimpleGrid cols={{ base: 2, md: 4 }}>
            <Select
              label="Partition"
              description="part of the cluster"
              placeholder="Slurm's usual"
              data={[...cluster.partitions]}
              value={resources.partition === '' ? null : resources.partition}
              onChange={(to) => ask({ partition: to ?? '' })}
              clearable
            />
            {FIELDS.map(({ name, label, description, placeholder }) => (
              <TextInput
                key={name}
                label={label}
                description={description}
                placeholder={placeholder}
                value={resources[name]}
                onChange={(event) => ask({ [name]: event.currentTarget.value })}
              />
            ))}
          </SimpleGrid>
          <Textarea
            label="Lines that each task begins with"
            description="shell commands that make programs known there, such as module load"
            autosize
            minRows={1}
            maxRows={6}
            value={resources.setup}
            onChange={(event) => ask({ setup: event.currentTarget.value })}
          />
        </>
      )}
    </Stack>
  );
}

const FIELDS = [
  { name: 'gpus', label: 'Graphics cards', description: 'of each task', placeholder: 'none' },
  { name: 'cpus', label: 'Cores', description: 'of each task', placeholder: '4' },
  { name: 'memory', label: 'Memory', description: 'of each task, as 16G', placeholder: 'by an estimate' },
  { name: 'time', label: 'Time limit', description: 'as 12:00:00', placeholder: 'by an estimate' },
  { name: 'account', label: 'Account', description: 'that pays', placeholder: "Slurm's usual" },
  { name: 'arrayLimit', label: 'At the same time', description: 'tasks at most', placeholder: 'all' },
] as const;
