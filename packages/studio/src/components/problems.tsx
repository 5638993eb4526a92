/** What went wrong, in the server's words, until it is read. */
import { Alert, Stack } from '@mantine/core';
import { create } from 'zustand';

const useProblems = create<{ readonly problems: readonly string[] }>(() => ({ problems: [] }));

export function showProblem(problem: string): void {
  useProblems.setState(({ problems }) => ({
    problems: [...problems.filter((one) => one !== problem), problem].slice(-3),
  }));
}

export function Problems() {
  const { problems } = useProblems();
  const dismiss = (problem: string): void =>
    useProblems.setState((state) => ({ problems: state.problems.filter((one) => one !== problem) }));
  return (
    <Stack gap="xs" role="alert" mb={problems.length > 0 ? 'md' : 0}>
      {problems.map((problem) => (
        <Alert
          key={problem}
          color="red"
          variant="light"
          title="That did not work"
          withCloseButton
          closeButtonLabel="Dismiss"
          onClose={() => dismiss(problem)}
          style={{ whiteSpace: 'pre-wrap' }}
        >
          {problem}
        </Alert>
      ))}
    </Stack>
  );
}
