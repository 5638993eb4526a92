import { Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { Link } from 'wouter';
import { type TermName, terms } from './terms.ts';

const PAGES = {
  '/images': 'Images',
  '/annotate': 'Annotate',
  '/ground-truth': 'Experts',
  '/train': 'Train',
  '/results': 'Predict and correct',
} as const;

export default function GlossaryPage() {
  useEffect(() => {
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);
  return (
    <Stack maw={720}>
      <Title order={2}>Glossary</Title>
      {(Object.keys(terms) as TermName[]).map((name) => {
        const term = terms[name];
        return (
          <section key={name} id={name}>
            <Title order={3} size="h5">
              {term.title}
            </Title>
            <Text>{term.explanation}</Text>
            <Text size="sm" c="dimmed">
              Seen in <Link href={term.seen}>{PAGES[term.seen]}</Link>.
              {'reference' in term ? ` ${term.reference}.` : ''}
            </Text>
          </section>
        );
      })}
    </Stack>
  );
}
