import { Anchor, Badge, Button, Checkbox, Group, Table } from '@mantine/core';
import type { RunView } from 'deepflash';
import { Link } from 'wouter';
import { pageOf } from '../addresses.ts';
import { part, post, useAction } from '../api.ts';
import { ClusterBadge } from '../cluster/badge.tsx';
import { TableCard } from '../components/table-card.tsx';
import { Term } from '../components/term.tsx';

interface RunsTableProps {
  readonly runs: readonly RunView[];
  readonly shown: string | null;
  readonly compared: ReadonlySet<string>;
  readonly onCompare: (compared: ReadonlySet<string>) => void;
}

export function RunsTable({ runs, shown, compared, onCompare }: RunsTableProps) {
  return (
    <TableCard
      head={[
        'Training',
        'State',
        <Term key="dice" name="dice">
          Dice
        </Term>,
        'Network',
        'Images',
        'Compare',
        { heard: 'What can be done' },
      ]}
    >
      {runs.map((run) =>
        run.problem !== undefined ? (
          <UnreadableRow key={run.name} name={run.name} problem={run.problem} />
        ) : (
          <Row
            key={run.name}
            run={run}
            isShown={run.name === shown}
            isCompared={compared.has(run.name)}
            onCompare={() => {
              const after = new Set(compared);
              if (!after.delete(run.name)) after.add(run.name);
              onCompare(after);
            }}
          />
        ),
      )}
    </TableCard>
  );
}

const COLOURS: Readonly<Record<Exclude<RunView['state'], 'submitted'>, string>> = {
  ...{ finished: 'teal.9', running: 'blue.9', waiting: 'gray.8', interrupted: '#9a3412' },
};

interface UnreadableRowProps {
  readonly name: string;
  readonly problem: string;
}

/** A training whose files are damaged or of another version: nothing can be done with it here. */
function UnreadableRow({ name, problem }: UnreadableRowProps) {
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        <Badge color="red.9" miw="max-content">
          cannot be read
        </Badge>
      </Table.Td>
      <Table.Td colSpan={5}>{problem}</Table.Td>
    </Table.Tr>
  );
}

interface RowProps {
  readonly run: RunView;
  readonly isShown: boolean;
  readonly isCompared: boolean;
  readonly onCompare: () => void;
}

function Row({ run, isShown, isCompared, onCompare }: RowProps) {
  const resume = useAction(() => post(`runs/${part(run.name)}/resume`));
  const { settings } = run;
  return (
    <Table.Tr aria-selected={isShown}>
      <Table.Td>
        <Link href={pageOf('train', run.name)}>{run.name}</Link>
      </Table.Td>
      <Table.Td>
        {run.state === 'submitted' ? (
          <ClusterBadge kind="runs" name={run.name} />
        ) : (
          <Badge color={COLOURS[run.state]}>{run.state}</Badge>
        )}
      </Table.Td>
      <Table.Td>{run.dice === null ? '–' : run.dice.toFixed(3)}</Table.Td>
      <Table.Td>
        {settings === null
          ? '–'
          : `${settings.architecture}, ${settings.encoder}${settings.further ? ', trained further' : ''}`}
      </Table.Td>
      <Table.Td>{settings?.images ?? '–'}</Table.Td>
      <Table.Td>
        <Checkbox aria-label={`Compare ${run.name}`} checked={isCompared} onChange={onCompare} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end">
          {run.state === 'interrupted' && (
            <Button size="compact-sm" onClick={() => resume.mutate(undefined)} loading={resume.isPending}>
              Go on
            </Button>
          )}
          {run.report && (
            <Anchor size="sm" href={`/api/files/runs/${part(run.name)}/report.html`} target="_blank">
              Report
            </Anchor>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
