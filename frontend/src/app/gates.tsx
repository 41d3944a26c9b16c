// Who comes in: each frame checks the page it is about to show. The server checks again; these only spare a wrong turn.

import { lazy, Suspense, useState } from 'react';
import { Navigate, Outlet, useLocation, useMatches } from 'react-router';

import { hasSignedOut, useMeQuery, type Me } from '@/api/session';
import { openBooks } from '@/i18n/start';
import type { Page } from '@/ui/page';
import { Failed, NoPermission } from '@/ui/states';

import { DoorFrame } from './door-frame';
import { DemoMark } from './mode-strip';
import { mayOpen } from './pages';
import { SessionEnded } from './session-ended';
import { Waiting } from './waiting';

// The desk brings Ant Design; the live room must never load it (STACK.md: 250 kB of script).
const DeskFrame = lazy(async () => {
  const [module] = await Promise.all([import('./desk-frame'), openBooks(['frame'])]);
  return { default: module.DeskFrame };
});

function isPage(handle: unknown): handle is Page {
  return typeof handle === 'object' && handle !== null && 'frame' in handle && 'for' in handle;
}

function usePage(): Page | undefined {
  return useMatches().map((match) => match.handle).filter(isPage).at(-1);
}

/** For people who are not signed in, and for the door itself. */
export function DoorGate() {
  return (
    <DoorFrame>
      <Outlet />
    </DoorFrame>
  );
}

/** The live room: session checked, nothing drawn around it. */
export function RoomGate() {
  return (
    <Gate>
      {(me) => (
        <>
          <Outlet />
          {me.demo && <DemoMark />}
        </>
      )}
    </Gate>
  );
}

export function DeskGate() {
  return (
    <Gate waits>
      {(me, isAllowed, page) => (
        <Suspense fallback={<Waiting />}>
          <DeskFrame me={me}>{isAllowed ? <Outlet /> : <NoPermission isPage roles={Array.isArray(page?.for) ? page.for : []} />}</DeskFrame>
        </Suspense>
      )}
    </Gate>
  );
}

interface GateProps {
  /** A session that ends by time leaves the page and what was typed on it where it is. */
  waits?: boolean;
  children: (me: Me, isAllowed: boolean, page: Page | undefined) => React.ReactNode;
}

function Gate({ waits = false, children }: GateProps) {
  const query = useMeQuery();
  const [last, setLast] = useState<Me | null>(null);
  if (query.data && query.data !== last) setLast(query.data);
  const page = usePage();
  const { pathname, search } = useLocation();
  if (query.data === undefined) {
    return query.isError ? <Failed error={query.error} onRetry={() => void query.refetch()} /> : <Waiting />;
  }
  if (query.data === null && waits && last !== null && !hasSignedOut()) {
    return (
      <>
        {children(last, page === undefined || mayOpen(page, last), page)}
        <SessionEnded />
      </>
    );
  }
  if (query.data === null) {
    const next = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${next}`} replace />;
  }
  if (query.data.stage !== 'full') return <Navigate to={`/second-factor?next=${encodeURIComponent(pathname + search)}`} replace />;
  const isAllowed = page === undefined || mayOpen(page, query.data);
  if (!isAllowed && page.frame === 'room') return <NoPermission isPage roles={Array.isArray(page.for) ? page.for : []} />;
  return children(query.data, isAllowed, page);
}
