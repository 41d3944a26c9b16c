// Providers around the router: queries, the announcer, the server's clock.

import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { RouterProvider } from 'react-router/dom';

import { watchPresence } from '@/api/presence';
import { makeQueryClient } from '@/api/query-client';
import { keepClock } from '@/api/time';
import { Announcer } from '@/ui/announcer';

import { ModeStrip } from './mode-strip';
import { makeRouter } from './routes';
import { StepUp } from './step-up';

export function App() {
  const [client] = useState(makeQueryClient);
  const [router] = useState(makeRouter);
  useEffect(keepClock, []);
  useEffect(watchPresence, []);
  return (
    <QueryClientProvider client={client}>
      <ModeStrip />
      <RouterProvider router={router} />
      <StepUp />
      <Announcer />
    </QueryClientProvider>
  );
}
