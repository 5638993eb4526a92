/** A word of the field with its explanation from the glossary. */
import { HoverCard, Text } from '@mantine/core';
import { Link } from 'wouter';
import { type TermName, terms } from '../pages/terms.ts';

export function Term({ name, children }: { readonly name: TermName; readonly children?: string }) {
  const { explanation } = terms[name];
  return (
    <HoverCard width={320} shadow="md" openDelay={200}>
      <HoverCard.Target>
        <Link href={`/glossary#${name}`} style={{ color: 'inherit', textDecorationStyle: 'dotted' }}>
          {children ?? name}
        </Link>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <Text size="sm">{explanation}</Text>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}
