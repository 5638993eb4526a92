import { Button, CloseButton, Group, Paper, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ProjectView } from 'deepflash';
import { Link, useLocation } from 'wouter';
import { post, useAction } from '../api.ts';
import { TOUR } from './steps.ts';

/** Leads through the pages: what to do on the one of this step, and the way to it and on. */
export function TourBar({ project }: { readonly project: ProjectView }) {
  const [location, go] = useLocation();
  const move = useAction((step: number) => post('tour', { step }));
  const number = project.tour;
  const step = TOUR[number - 1];
  if (step === undefined) return null;
  const isHere = location.startsWith(step.href);
  const isDone = step.isDone?.(project) ?? false;
  const next = TOUR[number];
  const goOn = (): void => {
    move.mutate(next === undefined ? 0 : number + 1);
    if (next !== undefined) go(next.href);
  };
  return (
    <Paper component="section" aria-label="Tour" className="tour" px="md" mb="sm">
      <Group wrap="nowrap" gap="md" h="100%">
        <Text size="sm" fw={600} style={{ whiteSpace: 'nowrap' }}>
          {number} of {TOUR.length}
        </Text>
        <Text size="sm" lineClamp={2} style={{ flex: 1 }} aria-live="polite">
          {isDone && <IconCheck size={16} role="img" aria-label="Done:" className="tour-done" />}
          <b>{step.page}.</b> {step.task}
        </Text>
        {!isHere && (
          <Button component={Link} href={step.href} size="compact-md">
            Go there
          </Button>
        )}
        <Button
          size="compact-md"
          variant={isHere && (isDone || step.isDone === null) ? 'filled' : 'default'}
          onClick={goOn}
        >
          {next === undefined ? 'End the tour' : isDone || step.isDone === null ? 'Next step' : 'Skip'}
        </Button>
        <CloseButton aria-label="Leave the tour; Help brings it back" onClick={() => move.mutate(0)} />
      </Group>
    </Paper>
  );
}
