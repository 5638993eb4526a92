/** What tasks of a cluster do for a training or a prediction. */
import { Badge, Button, Card, Collapse, Group, Progress, Table, Text, TextInput } from '@mantine/core';
import type { ClusterStatus, TaskState, TaskStatus } from 'deepflash';
import { type ReactNode, useState } from 'react';
import { part, post, type Submittable, useAction, useClusterStatus } from '../api.ts';
import { COLOURS, useRefreshedBy } from './badge.tsx';
import { TaskLog } from './task-log.tsx';

interface ClusterTasksProps {
  readonly kind: Submittable;
  readonly name: string;
  /** What else can be done when no task waits or runs and something is left to do. */
  readonly children?: ReactNode;
}

/** So many tasks are listed; what is not done comes first. */
const LISTED = 30;
const ORDER: readonly TaskState[] = ['failed', 'cancelled', 'running', 'waiting', 'done'];

/** The tasks with their states, as Slurm and they themselves tell them. */
export function ClusterTasks({ kind, name, children }: ClusterTasksProps) {
  const { data: status, error } = useClusterStatus(kind, name);
  const [opened, setOpened] = useState(false);
  const [log, setLog] = useState<string | null>(null);
  const cancel = useAction(() => post(`cluster/${kind}/${part(name)}/cancel`));
  const [more, setMore] = useState({ memory: '', time: '' });
  const again = useAction(() => post(`cluster/${kind}/${part(name)}/resume`, more));
  useRefreshedBy(status);
  if (status === undefined) return error === null ? null : <Card withBorder>{error.message}</Card>;
  const { tasks, counts } = status;
  const live = counts.waiting + counts.running > 0;
  const isDone = counts.done === tasks.length && tasks.every(({ reason }) => reason === null);
  const sorted = [...tasks].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const listed = tasks.length <= LISTED ? tasks : sorted.slice(0, LISTED);
  return (
    <Card withBorder p="sm">
      <Group justify="space-between">
        <Text fw={600}>
          On the cluster: <span role="status">{inWords(counts)}</span>
        </Text>
        <Group gap="xs">
          {isDone && (
            <Button size="compact-sm" variant="default" onClick={() => setOpened(!opened)}>
              {opened ? 'Hide tasks' : 'Show tasks'}
            </Button>
          )}
          {live && (
            <Button
              size="compact-sm"
              variant="default"
              loading={cancel.isPending}
              onClick={() => cancel.mutate(undefined)}
            >
              Cancel
            </Button>
          )}
          {!live && !isDone && (
            <>
              {children}
              {MORE.map(({ key, label, placeholder }) => (
                <TextInput
                  key={key}
                  size="xs"
                  w={150}
                  aria-label={label}
                  placeholder={placeholder}
                  value={more[key]}
                  onChange={(event) => setMore({ ...more, [key]: event.currentTarget.value })}
                />
              ))}
              <Button size="compact-sm" loading={again.isPending} onClick={() => again.mutate(undefined)}>
                Submit what is missing
              </Button>
            </>
          )}
        </Group>
      </Group>
      <Collapse expanded={!isDone || opened}>
        <Table mt="xs" aria-label={`Tasks of ${name}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Task</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Progress</Table.Th>
              <Table.Th>Machine</Table.Th>
              <Table.Th>Job</Table.Th>
              <Table.Th aria-label="What it printed" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {listed.map((task) => (
              <TaskRow key={task.name} task={task} onLog={() => setLog(task.name)} />
            ))}
          </Table.Tbody>
        </Table>
        {listed.length < tasks.length && (
          <Text size="sm" c="dimmed" mt={4}>
            and {tasks.length - listed.length} more, most of them{' '}
            {sorted.at(-1)?.state === 'done' ? 'done' : 'like the last of these'}
          </Text>
        )}
      </Collapse>
      {log !== null && (
        <TaskLog kind={kind} name={name} task={log} title={titleOf(log)} onClose={() => setLog(null)} />
      )}
    </Card>
  );
}

/** What tasks fail for the lack of; empty: as before. */
const MORE = [
  { key: 'memory', label: 'Memory of each task', placeholder: 'memory as before' },
  { key: 'time', label: 'Time limit of each task', placeholder: 'time as before' },
] as const;

function TaskRow({ task, onLog }: { readonly task: TaskStatus; readonly onLog: () => void }) {
  const { name, state, reason, progress, host, job, restarts, log } = task;
  return (
    <Table.Tr>
      <Table.Td>{titleOf(name)}</Table.Td>
      <Table.Td maw={420}>
        <Badge color={COLOURS[state]}>{state}</Badge>
        {reason !== null && (
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-wrap' }}>
            {reason}
          </Text>
        )}
        {restarts > 0 && (
          <Text size="sm" c="dimmed">
            queued again {restarts === 1 ? 'once' : `${restarts} times`}
          </Text>
        )}
      </Table.Td>
      <Table.Td miw={150}>
        {progress !== null && (
          <>
            <Text size="sm">
              {progress.done} of {progress.total} {progress.what}
            </Text>
            <Progress
              size="sm"
              value={(100 * progress.done) / Math.max(1, progress.total)}
              aria-label={`Progress of ${titleOf(name)}`}
            />
          </>
        )}
      </Table.Td>
      <Table.Td>{state === 'waiting' ? '–' : (host ?? '–')}</Table.Td>
      <Table.Td>{job ?? '–'}</Table.Td>
      <Table.Td>
        {log !== null && (
          <Button size="compact-sm" variant="default" onClick={onLog} aria-label={`Log of ${titleOf(name)}`}>
            Log
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** `fold-1` is Network 1, `shard-1` Part 1. */
function titleOf(task: string): string {
  const [, kind, number] = /^(fold|shard)-(\d+)$/.exec(task) ?? [];
  if (number === undefined) return 'What follows';
  return `${kind === 'fold' ? 'Network' : 'Part'} ${number}`;
}

export function inWords(counts: ClusterStatus['counts']): string {
  return ORDER.flatMap((state) => (counts[state] === 0 ? [] : [`${counts[state]} ${state}`])).join(', ');
}
