// The auditor's screens on bids (SCREENS.md AU-06): leads with base rates, never verdicts; what was looked at, and where n was too small.

import { Link, useSearchParams } from 'react-router';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonAnchor, ButtonLink } from '@/ui/button';
import { SelectField } from '@/ui/field';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { BaseRate } from './base-rate';
import { tenderLabel } from './entry-names';
import { MethodPanel } from './method-panel';
import { useFilters } from './queries';
import { queryOf, useSignals, type Asked, type Board, type Lead } from './signal-queries';
import signal from './signals.module.css';

export default function SignalsPage() {
  const { t, lang } = useWords('signals');
  const [params, setParams] = useSearchParams();
  const asked: Asked = {
    tender: params.get('tender') ?? '',
    method: params.get('method') ?? '',
    everything: params.get('everything') === 'true',
    unsettled: params.get('unsettled') === 'true',
  };
  const board = useSignals(asked);
  const sheet = new URLSearchParams({ locale: lang, ...Object.fromEntries(Object.entries(queryOf(asked)).map(([name, value]) => [name, String(value)])) });
  const change = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: true });
  };
  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={
          <>
            <ButtonLink to="/audit/signals/past" icon="search">
              {t('past.open')}
            </ButtonLink>
            <ButtonAnchor icon="export" href={`/api/audit/signals/sheet?${sheet.toString()}`} download>
              {t('sheet')}
            </ButtonAnchor>
          </>
        }
      />
      <div className="stack">
        <Banner tone="calm">{t('rare_means')}</Banner>
        <QueryView query={board}>
          {(page) => (
            <>
              <FilterPanel asked={asked} board={page} onChange={change} />
              <Panel title={t('fitting', { count: page.fitting })} note={t('looked_over', { lots: page.lots, tenders: page.tenders })} flush>
                {page.leads.length === 0 ? (
                  <Empty icon="search" title={t('empty')}>
                    {t('empty_why')}
                  </Empty>
                ) : (
                  <LeadTable board={page} />
                )}
              </Panel>
              {page.fitting > page.leads.length && <p className="small muted">{t('first_only', { count: page.leads.length })}</p>}
              <MethodPanel board={page} />
            </>
          )}
        </QueryView>
      </div>
    </>
  );
}

interface FilterProps {
  asked: Asked;
  board: Board;
  onChange: (name: string, value: string) => void;
}

function FilterPanel({ asked, board, onChange }: FilterProps) {
  const { t, lang } = useWords('signals');
  const filters = useFilters(null);
  const closed = (filters.data?.tenders ?? []).filter((one) => ['P', 'V', 'W', 'Z'].includes(one.phase));
  return (
    <Panel>
      <div className={signal['filters']}>
        <SelectField
          label={t('filter.method')}
          value={asked.method}
          onChange={(event) => onChange('method', event.target.value)}
          options={[{ value: '', label: t('filter.all_methods') }, ...board.methods.map((one) => ({ value: one.method, label: pick(lang, one) }))]}
        />
        <SelectField
          label={t('filter.tender')}
          value={asked.tender}
          onChange={(event) => onChange('tender', event.target.value)}
          options={[{ value: '', label: t('filter.all_tenders') }, ...closed.map((one) => ({ value: one.id, label: tenderLabel(one, lang) }))]}
        />
        <SelectField
          label={t('filter.strength')}
          value={asked.everything ? 'true' : ''}
          onChange={(event) => onChange('everything', event.target.value)}
          options={[
            { value: '', label: t('filter.rare') },
            { value: 'true', label: t('filter.everything') },
          ]}
        />
        <SelectField
          label={t('filter.case')}
          value={asked.unsettled ? 'true' : ''}
          onChange={(event) => onChange('unsettled', event.target.value)}
          options={[
            { value: '', label: t('filter.any') },
            { value: 'true', label: t('filter.open') },
          ]}
        />
      </div>
    </Panel>
  );
}

function LeadTable({ board }: { board: Board }) {
  const { t, lang, find } = useWords('signals');
  const named = new Map(board.methods.map((one) => [one.method, pick(lang, one)]));
  return (
    <PlainTable
      caption={t('title')}
      rows={board.leads}
      rowKey={(one) => one.key}
      columns={[
        { key: 'what', title: t('column.what'), cell: (one) => <Link to={`/audit/signals/${one.key}`}>{named.get(one.method)}</Link> },
        { key: 'where', title: t('column.where'), cell: (one) => <Where lead={one} /> },
        { key: 'bidders', title: t('column.bidders'), cell: (one) => one.bidders.join(', ') || t(unnamed(one.method)) },
        { key: 'figure', title: t('column.figure'), right: true, cell: (one) => <span className="num">{one.figure}</span> },
        { key: 'n', title: t('column.n'), right: true, cell: (one) => one.n },
        { key: 'base', title: t('column.base'), cell: (one) => <BaseRate lead={one} /> },
        {
          key: 'state',
          title: t('column.state'),
          cell: (one) => <Tag tone={one.state === 'confirmed' || one.state === 'explained' ? 'good' : 'calm'}>{find(`signals:states.${one.state ?? 'none'}`, '')}</Tag>,
        },
      ]}
    />
  );
}

// Of what people did nobody is named here.
const OF_PEOPLE: ReadonlySet<string> = new Set(['far_marks', 'price_talks', 'one_representative', 'related_staff']);

/** What stands where no bidder is named: all of them, or nobody. */
export function unnamed(method: Lead['method']): 'everyone' | 'nobody' {
  return OF_PEOPLE.has(method) ? 'nobody' : 'everyone';
}

export function Where({ lead }: { lead: Lead }) {
  const { t } = useWords('signals');
  if (lead.tender === null) return <>{t('across')}</>;
  return (
    <span>
      <Link to={`/tenders/${lead.tender}`}>{lead.reference}</Link> · {lead.lot === null ? t('of_tender') : t('lot', { lot: lead.lot })}
    </span>
  );
}
