import { Card, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface TableCardProps {
  readonly title?: ReactNode;
  readonly note?: ReactNode;
  /** What the columns are; one without a name that is shown has one for those who hear the page. */
  readonly head: readonly (ReactNode | { readonly heard: string })[];
  /** Rows of the table. */
  readonly children: ReactNode;
}

/** A table with its title, as most pages show what there is. */
export function TableCard({ title, note, head, children }: TableCardProps) {
  return (
    <Card withBorder p={0}>
      {title !== undefined && (
        <Text fw={600} p="sm" pb={note === undefined ? 4 : 0}>
          {title}
        </Text>
      )}
      {note !== undefined && (
        <Text size="sm" c="dimmed" px="sm" pb={4}>
          {note}
        </Text>
      )}
      <Table>
        <Table.Thead>
          <Table.Tr>
            {head.map((column, index) =>
              isHeard(column) ? (
                <Table.Th key={column.heard} aria-label={column.heard} />
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <Table.Th key={index}>{column}</Table.Th>
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Card>
  );
}

function isHeard(column: TableCardProps['head'][number]): column is { readonly heard: string } {
  return typeof column === 'object' && column !== null && 'heard' in column;
}
