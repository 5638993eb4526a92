import { Anchor, Card, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { pictures } from './term-pictures.ts';
import { type TermName, terms } from './terms.ts';

const PAGES = {
  '/images': 'Images',
  '/annotate': 'Annotate',
  '/ground-truth': 'Experts',
  '/train': 'Train',
  '/results': 'Predict and correct',
  '/export': 'Export',
} as const;

export default function GlossaryPage() {
  const [search, setSearch] = useState('');
  useEffect(() => {
    document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: 'center' });
  }, []);
  const wanted = search.trim().toLowerCase();
  const names = (Object.keys(terms) as TermName[]).filter((name) =>
    `${terms[name].title} ${terms[name].explanation}`.toLowerCase().includes(wanted),
  );
  return (
    <Stack>
      <Title order={2}>Glossary</Title>
      <TextInput
        aria-label="Find a term"
        placeholder="Find a term"
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        maw={360}
      />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {names.map((name) => (
          <Entry key={name} name={name} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function Entry({ name }: { readonly name: TermName }) {
  const term = terms[name];
  const picture = name in pictures ? pictures[name as keyof typeof pictures] : undefined;
  return (
    <Card withBorder p="md" component="section" id={name}>
      <Title order={3} size="h4" mb={4}>
        {term.title}
      </Title>
      {picture !== undefined && (
        <img
          src={`data:image/svg+xml,${encodeURIComponent(picture)}`}
          alt={`${term.title}, drawn`}
          width={240}
          height={96}
          style={{ marginBottom: 8 }}
        />
      )}
      <Text>{term.explanation}</Text>
      <Text size="sm" mt={6}>
        {'set' in term ? `Set by ${term.set} in ` : 'Seen in '}
        <Anchor component={Link} href={term.seen} underline="always">
          {PAGES[term.seen]}
        </Anchor>
        .
      </Text>
      <Text size="sm" c="dimmed">
        {term.reference}
      </Text>
    </Card>
  );
}
