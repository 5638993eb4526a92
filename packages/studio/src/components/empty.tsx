import { Button, Card, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

interface EmptyProps {
  readonly title: string;
  readonly action?: string;
  readonly href?: string;
  readonly onAction?: () => void;
  readonly children: ReactNode;
}

/** What to do first on a page that has nothing to show yet. */
export function Empty({ title, action, href, onAction, children }: EmptyProps) {
  return (
    <Card withBorder p="xl">
      <Stack align="center" gap="xs" py="lg">
        <Title order={3} size="h4">
          {title}
        </Title>
        <Text c="dimmed" ta="center" maw={520}>
          {children}
        </Text>
        {action !== undefined && href !== undefined && (
          <Button component={Link} href={href} mt="xs">
            {action}
          </Button>
        )}
        {action !== undefined && onAction !== undefined && (
          <Button onClick={onAction} mt="xs">
            {action}
          </Button>
        )}
      </Stack>
    </Card>
  );
}
