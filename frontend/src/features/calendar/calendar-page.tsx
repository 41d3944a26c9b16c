// AD-03: which days are worked here. Own days are set by two persons; what was frozen keeps its dates.

import { useState } from 'react';

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { SelectField } from '@/ui/field';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { DayTable, DayText } from './day-table';
import { DaysForm } from './days-form';
import { FilePanel } from './file-panel';
import { useCalendar, type CalendarDay, type DayForm, type WorkCalendar } from './queries';

export default function CalendarPage() {
  const { t } = useWords('calendar');
  const me = useSignedIn();
  const [year, setYear] = useState(0);
  const [draft, setDraft] = useState<readonly DayForm[]>([]);
  const calendar = useCalendar(year);
  const mayChange = me.roles.includes('admin');
  const add = (days: readonly DayForm[]) => {
    const named = new Set(days.map((each) => each.day));
    setDraft([...draft.filter((each) => !named.has(each.day)), ...days].sort((one, other) => one.day.localeCompare(other.day)));
  };
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <QueryView query={calendar}>
        {(held) => (
          <div className="stack">
            {held.proposal_id !== null && <Waiting held={held} />}
            <Periods held={held} />
            {mayChange && held.proposal_id === null && (
              <>
                <DaysForm draft={draft} onAdd={add} onDraft={setDraft} />
                <FilePanel onAdd={add} />
              </>
            )}
            <Panel title={t('days')} flush>
              <div className="row" style={{ padding: 'var(--gap-4)' }}>
                <SelectField
                  label={t('year')}
                  value={String(held.year)}
                  options={held.years.map((each) => ({ value: String(each), label: String(each) }))}
                  onChange={(event) => setYear(Number(event.target.value))}
                />
              </div>
              {!held.is_known && <Banner tone="warn">{t('unknown', { year: held.year })}</Banner>}
              <Days days={held.days} onListed={mayChange && held.proposal_id === null ? (day) => add([{ day: day.day, mark: 'listed', source: day.source ?? '' }]) : null} />
            </Panel>
          </div>
        )}
      </QueryView>
    </>
  );
}

function Waiting({ held }: { held: WorkCalendar }) {
  const { t } = useWords('calendar');
  const me = useSignedIn();
  const reads = me.roles.some((role) => role === 'approver' || role === 'auditor' || role === 'purchaser');
  return (
    <Panel title={t('waiting')} flush>
      <Banner>{t('waiting_why')}</Banner>
      <DayTable days={held.pending} caption={t('waiting')} />
      {reads && (
        <div style={{ padding: 'var(--gap-4)' }}>
          <ButtonLink to={`/approvals/${held.proposal_id ?? ''}`}>{t('to_approval')}</ButtonLink>
        </div>
      )}
    </Panel>
  );
}

function Periods({ held }: { held: WorkCalendar }) {
  const { t } = useWords('calendar');
  if (held.periods.length === 0) return null;
  return (
    <Panel title={t('periods')}>
      <div className="stack">
        <p className="small muted">{t('periods_why')}</p>
        <Facts
          items={held.periods.map((each) => ({
            term: t(`period.${each.name === 'standstill' ? 'standstill' : each.name === 'least_response' ? 'least_response' : 'usual_response'}`, { count: each.days }),
            value: <DayText day={each.last_day} />,
          }))}
        />
      </div>
    </Panel>
  );
}

function Days({ days, onListed }: { days: readonly CalendarDay[]; onListed: ((day: CalendarDay) => void) | null }) {
  const { t } = useWords('calendar');
  if (days.length === 0) return <Empty icon="clock" title={t('empty')} />;
  return (
    <PlainTable
      caption={t('days')}
      rows={days}
      rowKey={(each) => each.day}
      columns={[
        { key: 'day', title: t('day'), cell: (each) => <DayText day={each.day} /> },
        { key: 'mark', title: t('mark'), cell: (each) => <Tag tone={each.is_worked ? 'warn' : 'good'}>{t(each.is_worked ? 'marks.worked' : 'marks.off')}</Tag> },
        { key: 'source', title: t('source'), cell: (each) => each.source ?? <span className="muted">{t('as_released')}</span> },
        ...(onListed === null
          ? []
          : [
              {
                key: 'act',
                title: t('act'),
                right: true,
                cell: (each: CalendarDay) =>
                  each.is_own ? (
                    <Button size="small" aria-label={`${t('marks.listed')}: ${each.day}`} onClick={() => onListed(each)}>
                      {t('marks.listed')}
                    </Button>
                  ) : null,
              },
            ]),
      ]}
    />
  );
}
