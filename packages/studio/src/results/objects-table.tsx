import { Card, Group, NumberInput, Select, Table, Text } from '@mantine/core';
import type { ObjectTable } from 'deepflash';
import { useEffect, useRef, useState } from 'react';
import type { Point } from '../annotation/tools.ts';

interface ObjectsTableProps {
  readonly table: ObjectTable;
  /** The number of the object that is shown bright. */
  readonly marked: number | null;
  readonly onMark: (number: number, at: Point) => void;
}

/** Columns that are shown; all are in the files. */
const SHOWN = ['object', 'class', 'area', 'circularity', 'solidity', 'uncertainty', 'mean1', 'max1'];
/** Rows that are drawn at most; filters bring the others. */
const MOST = 300;

/** The objects of an image with their measures; a click leads to the object in the picture. */
export function ObjectsTable({ table, marked, onMark }: ObjectsTableProps) {
  const columns = SHOWN.filter((column) => table.columns.includes(column));
  const [by, setBy] = useState('area');
  const [least, setLeast] = useState<number | ''>('');
  const [most, setMost] = useState<number | ''>('');
  const [order, setOrder] = useState<{ readonly column: string; readonly way: 1 | -1 }>({
    column: 'object',
    way: 1,
  });
  const row = useRef<HTMLTableRowElement>(null);
  const cell = (one: ObjectTable['rows'][number], column: string) =>
    one[table.columns.indexOf(column)] ?? null;
  const kept = table.rows
    .filter((one) => {
      const value = Number(cell(one, by));
      return (least === '' || value >= least) && (most === '' || value <= most);
    })
    .sort((a, b) => order.way * (Number(cell(a, order.column)) - Number(cell(b, order.column))));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row is another one when another object is marked
  useEffect(() => row.current?.scrollIntoView({ block: 'nearest' }), [marked]);
  return (
    <Card withBorder p={0}>
      <Group justify="space-between" p="sm" pb={6}>
        <Text fw={600}>
          {kept.length} of {table.rows.length} objects
        </Text>
        <Group gap="xs">
          <Select
            aria-label="Filter by"
            data={columns.map((column) => ({ value: column, label: titleOf(column, table.unit) }))}
            value={by}
            onChange={(to) => setBy(to ?? 'area')}
            w={160}
          />
          <NumberInput
            aria-label="At least"
            placeholder="at least"
            w={100}
            value={least}
            onChange={(to) => setLeast(typeof to === 'number' ? to : '')}
          />
          <NumberInput
            aria-label="At most"
            placeholder="at most"
            w={100}
            value={most}
            onChange={(to) => setMost(typeof to === 'number' ? to : '')}
          />
        </Group>
      </Group>
      <section className="objects" aria-label="Objects of the image" tabIndex={-1}>
        <Table stickyHeader highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column}>
                  <button
                    type="button"
                    className="sort"
                    onClick={() =>
                      setOrder({ column, way: order.column === column && order.way === 1 ? -1 : 1 })
                    }
                  >
                    {titleOf(column, table.unit)}
                    {order.column === column ? (order.way === 1 ? ' ↑' : ' ↓') : ''}
                  </button>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {kept.slice(0, MOST).map((one) => {
              const number = Number(cell(one, 'object'));
              const isMarked = number === marked;
              return (
                <Table.Tr
                  key={number}
                  className="row-button"
                  aria-selected={isMarked}
                  {...(isMarked ? { ref: row } : {})}
                  onClick={() => onMark(number, { x: Number(cell(one, 'x')), y: Number(cell(one, 'y')) })}
                >
                  {columns.map((column) => (
                    <Table.Td key={column}>
                      {column === 'object' ? (
                        // For those who have no mouse; its click is that of the row.
                        <button type="button" className="sort" aria-label={`Show object ${number}`}>
                          {number}
                        </button>
                      ) : (
                        shown(cell(one, column))
                      )}
                    </Table.Td>
                  ))}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </section>
    </Card>
  );
}

/** A column with its unit. */
function titleOf(column: string, unit: string): string {
  return column === 'area' && unit !== '' ? `area (${unit}²)` : column;
}

function shown(value: number | string | null): string {
  if (value === null) return '–';
  return typeof value === 'number' ? `${Number(value.toPrecision(4))}` : value;
}
