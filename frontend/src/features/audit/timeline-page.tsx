// AU-01, AU-02: every act in the order of the journal, with bands for phases, pauses and overtime. Reading only.

import { useState } from 'react';

import { HOME_ZONE, formatInstant } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { Empty, Failed, Loading } from '@/ui/states';

import css from './audit.module.css';
import { Bands } from './bands';
import { EntryDrawer } from './entry-drawer';
import { EntryRow } from './entry-row';
import { FilterBar } from './filter-bar';
import { useFilters, useTimeline, type Entry, type Filters } from './queries';
import { SavedQueries } from './saved-queries';
import { useWanted } from './wanted';

export default function TimelinePage() {
  const { t } = useWords('audit');
  const { wanted, isFiltered, change, clear } = useWanted();
  const timeline = useTimeline(wanted);
  const filters = useFilters(wanted.tender);
  const [opened, setOpened] = useState<Entry | null>(null);
  const first = timeline.data?.pages[0];
  const entries = timeline.data?.pages.flatMap((page) => page.entries);
  return (
    <>
      <PageHeader
        title={t('timeline.title')}
        lead={t('timeline.lead')}
        actions={
          <ButtonLink to={wanted.tender ? `/audit/exports?tender=${wanted.tender}` : '/audit/exports'} icon="export">
            {t('timeline.to_export')}
          </ButtonLink>
        }
      />
      <div className="stack">
        <FilterBar wanted={wanted} filters={filters.data} onChange={change} />
        <SavedQueries wanted={wanted} isFiltered={isFiltered} onTake={change} />
        {first?.is_partial && <Banner>{t('timeline.partial')}</Banner>}
        {first && first.bands.length > 0 && <Bands bands={first.bands} filters={filters.data} />}
        <Panel flush>
          {entries === undefined ? (
            timeline.isError ? <Failed error={timeline.error} onRetry={() => void timeline.refetch()} /> : <Loading lines={12} />
          ) : entries.length === 0 ? (
            <Empty
              icon="search"
              title={t(isFiltered ? 'timeline.no_hit' : 'timeline.empty')}
              next={isFiltered && <Button onClick={clear}>{t('common:actions.clear_filters')}</Button>}
            />
          ) : (
            <Days entries={entries} filters={filters.data} onOpen={setOpened} />
          )}
        </Panel>
        {timeline.hasNextPage && (
          <div className={css['more']}>
            <Button busy={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
              {t('timeline.older')}
            </Button>
          </div>
        )}
      </div>
      {opened && <EntryDrawer entry={opened} filters={filters.data} onClose={() => setOpened(null)} />}
    </>
  );
}

interface DaysProps {
  entries: readonly Entry[];
  filters: Filters | undefined;
  onOpen: (entry: Entry) => void;
}

function Days({ entries, filters, onOpen }: DaysProps) {
  const days = byDay(entries);
  return [...days].map(([day, list]) => (
    <section key={day} aria-label={day}>
      <h2 className={css['day']}>
        {day}
      </h2>
      <ol>
        {list.map((entry, place) => (
          <EntryRow key={entry.hash ?? `${entry.at}-${String(place)}`} entry={entry} filters={filters} onOpen={onOpen} />
        ))}
      </ol>
    </section>
  ));
}

function byDay(entries: readonly Entry[]): Map<string, Entry[]> {
  const days = new Map<string, Entry[]>();
  for (const entry of entries) {
    const day = formatInstant(entry.at, HOME_ZONE, 'date');
    const list = days.get(day);
    if (list) list.push(entry);
    else days.set(day, [entry]);
  }
  return days;
}
