/** The pages' copies are fetched again as the server tells, and it is known whether it answers. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { create } from 'zustand';
import { refetchAll, refetchMoving } from './api.ts';
import { followServer } from './server-stream.ts';

const useServer = create<{ readonly isGone: boolean }>(() => ({ isGone: false }));

/** Whether the studio does not answer: what is shown is from before. */
export function useIsGone(): boolean {
  return useServer(({ isGone }) => isGone);
}

export function useServerEvents(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      followServer((news) => {
        if (news === 'open' || news === 'gone') useServer.setState({ isGone: news === 'gone' });
        if (news === 'progress') void refetchMoving(client);
        else if (news !== 'gone') void refetchAll(client);
      }),
    [client],
  );
}
