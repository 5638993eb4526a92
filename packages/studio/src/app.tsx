import {
  ActionIcon,
  AppShell,
  Burger,
  Center,
  Container,
  Group,
  Loader,
  NavLink,
  Text,
  Title,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { useProject, useServerEvents } from './api.ts';
import { JobList } from './components/jobs.tsx';
import { Problems } from './components/problems.tsx';
import { OverviewPage } from './pages/overview.tsx';

const AnnotatePage = lazy(() => import('./pages/annotate.tsx'));
const GlossaryPage = lazy(() => import('./pages/glossary.tsx'));
const GroundTruthPage = lazy(() => import('./pages/ground-truth.tsx'));
const ImagesPage = lazy(() => import('./pages/images.tsx'));
const ResultsPage = lazy(() => import('./pages/results.tsx'));
const TrainPage = lazy(() => import('./pages/train.tsx'));

const PAGES = [
  { href: '/', label: 'Overview' },
  { href: '/images', label: 'Images' },
  { href: '/annotate', label: 'Annotate' },
  { href: '/ground-truth', label: 'Experts' },
  { href: '/train', label: 'Train' },
  { href: '/results', label: 'Predict and correct' },
  { href: '/glossary', label: 'Glossary' },
] as const;

export function App() {
  useServerEvents();
  const project = useProject();
  const [location] = useLocation();
  const [opened, { toggle, close }] = useDisclosure();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 210, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Pages" />
            <Title order={1} size="h4">
              deepflash
            </Title>
            <Text c="dimmed" truncate>
              {project.data?.name}
            </Text>
          </Group>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={scheme === 'dark' ? 'Light colours' : 'Dark colours'}
            onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
          >
            {scheme === 'dark' ? '☀' : '☾'}
          </ActionIcon>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        {PAGES.map(({ href, label }) => (
          <NavLink
            key={href}
            component={Link}
            href={href}
            label={label}
            onClick={close}
            active={href === '/' ? location === '/' : location.startsWith(href)}
            {...((href === '/' ? location === '/' : location.startsWith(href))
              ? { 'aria-current': 'page' as const }
              : {})}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main>
        <Container size="xl" px={0}>
          <Problems />
          {project.data === undefined ? (
            <Center h={200}>
              {project.error === null ? (
                <Loader role="status" aria-label="loading" />
              ) : (
                <Text>{project.error.message}</Text>
              )}
            </Center>
          ) : (
            <Suspense fallback={<Loader role="status" aria-label="loading" />}>
              <Switch>
                <Route path="/images">
                  <ImagesPage project={project.data} />
                </Route>
                <Route path="/annotate/:expert?/:image?">
                  {({ expert, image }) => (
                    <AnnotatePage project={project.data} expert={named(expert)} image={named(image)} />
                  )}
                </Route>
                <Route path="/ground-truth">
                  <GroundTruthPage project={project.data} />
                </Route>
                <Route path="/train/:run?">
                  {({ run }) => <TrainPage project={project.data} run={named(run)} />}
                </Route>
                <Route path="/results/:prediction?/:image?">
                  {({ prediction, image }) => (
                    <ResultsPage project={project.data} prediction={named(prediction)} image={named(image)} />
                  )}
                </Route>
                <Route path="/glossary">
                  <GlossaryPage />
                </Route>
                <Route>
                  <OverviewPage project={project.data} />
                  <JobList jobs={project.data.jobs} />
                </Route>
              </Switch>
            </Suspense>
          )}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

/** A name from an address, which may hold letters that addresses write otherwise. */
function named(part: string | undefined): string | null {
  return part === undefined ? null : decodeURIComponent(part);
}
