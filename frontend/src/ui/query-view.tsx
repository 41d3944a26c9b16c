// One query on the page: skeleton, then data; data that is there stays while refreshing, stamped with its age when that failed.

import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { formatInstant, viewerZone } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';

import { Banner } from './banner';
import { Button } from './button';
import { Failed, Loading } from './states';

interface QueryViewProps<T> {
  query: UseQueryResult<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}

export function QueryView<T>({ query, lines, children }: QueryViewProps<T>) {
  if (query.data === undefined) {
    if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
    return <Loading {...(lines === undefined ? {} : { lines })} />;
  }
  return (
    <>
      {query.isError && <Stale at={query.dataUpdatedAt} onRetry={() => void query.refetch()} />}
      {children(query.data)}
    </>
  );
}

function Stale({ at, onRetry }: { at: number; onRetry: () => void }) {
  const { t } = useWords();
  return (
    <Banner
      tone="warn"
      role="status"
      actions={
        <Button size="small" onClick={onRetry}>
          {t('actions.retry')}
        </Button>
      }
    >
      {t('states.disconnected', { time: formatInstant(at, viewerZone(), 'time-second') })}
    </Banner>
  );
}
