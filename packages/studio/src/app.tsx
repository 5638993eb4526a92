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
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconBook2,
  IconBrowser,
  IconChartLine,
  IconHome,
  IconMoon,
  IconPackageExport,
  IconPencil,
  IconPhoto,
  IconSparkles,
  IconSun,
  IconUsers,
} from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { named } from './addresses.ts';
import { UnsavedBadge } from './annotation/unsaved-badge.tsx';
import { useProject } from './api.ts';
import { JobBadge } from './components/jobs.tsx';
import { Logo } from './components/logo.tsx';
import { NoAnswer } from './components/no-answer.tsx';
import { Problems } from './components/problems.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { useServerEvents } from './server-events.ts';
import { HelpMenu } from './tour/help-menu.tsx';
import { TourBar } from './tour/tour-bar.tsx';

const AnnotatePage = lazy(() => import('./pages/annotate.tsx'));
const ExportPage = lazy(() => import('./pages/export.tsx'));
const GlossaryPage = lazy(() => import('./pages/glossary.tsx'));
const GroundTruthPage = lazy(() => import('./pages/ground-truth.tsx'));
const ImagesPage = lazy(() => import('./pages/images.tsx'));
const ResultsPage = lazy(() => import('./pages/results.tsx'));
const TrainPage = lazy(() => import('./pages/train.tsx'));

const PAGES = [
  { href: '/', label: 'Overview', icon: IconHome },
  { href: '/images', label: 'Images', icon: IconPhoto },
  { href: '/annotate', label: 'Annotate', icon: IconPencil },
  { href: '/ground-truth', label: 'Experts', icon: IconUsers },
  { href: '/train', label: 'Train', icon: IconChartLine },
  { href: '/results', label: 'Predict and correct', icon: IconSparkles },
  { href: '/export', label: 'Export', icon: IconPackageExport },
  { href: '/glossary', label: 'Glossary', icon: IconBook2 },
] as const;

export function App() {
  useServerEvents();
  const project = useProject();
  const [location] = useLocation();
  const [opened, { toggle, close }] = useDisclosure();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const isTouring = (project.data?.tour ?? 0) > 0;
  const isOpen = (href: string): boolean => (href === '/' ? location === '/' : location.startsWith(href));
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 204, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Pages" />
            <Link href="/" className="brand" aria-label="deepflash, overview">
              <Logo />
              <Title order={1} size="h4">
                deepflash
              </Title>
            </Link>
            <Text c="dimmed" truncate>
              {project.data?.name}
            </Text>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <UnsavedBadge />
            {project.data !== undefined && <JobBadge jobs={project.data.jobs} />}
            {project.data !== undefined && <HelpMenu project={project.data} />}
            <Tooltip label={scheme === 'dark' ? 'Light colours' : 'Dark colours'}>
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={scheme === 'dark' ? 'Light colours' : 'Dark colours'}
                onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
              >
                {scheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
              </ActionIcon>
            </Tooltip>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        {PAGES.map(({ href, label, icon: Icon }) => (
          <NavLink
            key={href}
            component={Link}
            href={href}
            label={label}
            leftSection={<Icon size={19} stroke={1.6} />}
            onClick={close}
            active={isOpen(href)}
            {...(isOpen(href) ? { 'aria-current': 'page' as const } : {})}
          />
        ))}
        <NavLink
          href="/browser/"
          target="_blank"
          label="In the browser"
          description="A page that trains and predicts by itself, for small things"
          leftSection={<IconBrowser size={19} stroke={1.6} />}
          mt="auto"
        />
      </AppShell.Navbar>
      <AppShell.Main>
        <Container size="xl" px={0} style={{ '--tour-height': isTouring ? '68px' : '0px' }}>
          <NoAnswer problem={project.data === undefined ? null : (project.error?.message ?? null)} />
          <Problems />
          {project.data !== undefined && <TourBar project={project.data} />}
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
                <Route path="/export">
                  <ExportPage project={project.data} />
                </Route>
                <Route path="/glossary">
                  <GlossaryPage />
                </Route>
                <Route>
                  <OverviewPage project={project.data} />
                </Route>
              </Switch>
            </Suspense>
          )}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
