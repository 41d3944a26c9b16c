// PL-14 and AP-05: the department's year by category, project, purchaser and quarter, its stages and its suppliers. Every picture repeats the table beside it.

import { useState } from 'react';

import { useCategoryNames } from '@/api/categories';
import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { ButtonAnchor } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { SelectField } from '@/ui/field';
import { Money } from '@/ui/money';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';

import css from './payments.module.css';
import { useYear, type Group, type Year } from './queries';
import { SavingsBars } from './savings-bars';
import { SupplierBase } from './supplier-base';

const CERTAINTIES = ['claimed', 'contracted', 'realised'] as const;

export default function YearPage() {
  const { t, lang } = useWords('payments');
  const [year, setYear] = useState('');
  const told = useYear(year);
  const sheet = `/api/year-view/sheet?locale=${lang}${year === '' ? '' : `&year=${year}`}`;
  return (
    <>
      <PageHeader
        title={t('year.title')}
        lead={t('year.lead')}
        actions={
          <ButtonAnchor href={sheet} download icon="export">
            {t('year.export')}
          </ButtonAnchor>
        }
      />
      <QueryView query={told}>
        {(shown) =>
          shown.years.length === 0 ? (
            <Panel>
              <Empty icon="chart" title={t('year.empty')}>
                {t('year.empty_why')}
              </Empty>
            </Panel>
          ) : (
            <div className="stack">
              <div className={css['pick']}>
                <SelectField
                  label={t('year.year')}
                  value={year}
                  onChange={(event) => setYear(event.target.value)}
                  options={[{ value: '', label: t('year.all_years') }, ...shown.years.map((one) => ({ value: String(one), label: String(one) }))]}
                />
              </div>
              <Whole shown={shown} />
              {shown.groupings.map((one) => (
                <Groups key={one.grouping} grouping={one.grouping} groups={one.groups} smallest={shown.smallest_group} />
              ))}
              <Stages shown={shown} />
              <SupplierBase base={shown.base} />
            </div>
          )
        }
      </QueryView>
    </>
  );
}

function Whole({ shown }: { shown: Year }) {
  const { t } = useWords('payments');
  const { whole, smallest_group: smallest } = shown;
  const savings = whole.savings.map((one) => ({
    term: t(`year.certainties.${one.certainty}`),
    value: (
      <>
        <Money amount={one.money} currency={one.currency} />
        {one.percent !== null && <span className="muted small num"> {one.percent.replace('-', '−')} %</span>}
      </>
    ),
  }));
  return (
    <Panel title={t('year.whole')} foot={<p className="muted small">{t('year.suppressed', { count: smallest })}</p>}>
      <div className="stack">
        <Facts
          items={[
            { term: t('year.tenders'), value: String(whole.tenders) },
            { term: t('year.bidders'), value: <Told figure={whole.bidders} smallest={smallest} /> },
            { term: t('year.active'), value: <Told figure={whole.active_share} unit=" %" smallest={smallest} /> },
            { term: t('year.joined'), value: <Told figure={whole.joined_share} unit=" %" smallest={smallest} /> },
          ]}
        />
        {/* By its own list: currencies of a term must not run into one another. */}
        <Facts items={savings} />
        <PlainTable
          caption={t('year.days_title')}
          narrow
          rows={whole.days}
          rowKey={(row) => row.step}
          columns={[
            { key: 'step', title: t('year.step'), cell: (row) => t(`year.steps.${row.step}`) },
            { key: 'days', title: t('year.days'), right: true, cell: (row) => <Told figure={row.days} smallest={smallest} /> },
          ]}
        />
      </div>
    </Panel>
  );
}

function Stages({ shown }: { shown: Year }) {
  const { t, find } = useWords('payments');
  if (shown.stages.length === 0) return null;
  return (
    <Panel title={t('year.stages')}>
      <PlainTable
        caption={t('year.stages')}
        narrow
        rows={shown.stages}
        rowKey={(row) => String(row.stage)}
        columns={[
          { key: 'stage', title: t('year.stage'), cell: (row) => find(`demand:stages.${String(row.stage)}`, String(row.stage)) },
          { key: 'projects', title: t('year.projects'), right: true, cell: (row) => <span className="num">{row.projects}</span> },
          { key: 'days', title: t('year.days'), right: true, cell: (row) => <Told figure={row.days} smallest={shown.smallest_group} /> },
        ]}
      />
    </Panel>
  );
}

function Told({ figure, unit = '', smallest }: { figure: string | null; unit?: string; smallest: number }) {
  const { t } = useWords('payments');
  if (figure === null) {
    return (
      <span className="muted small">
        <span aria-hidden="true">{t('year.few', { count: smallest })}</span>
        <span className="visually-hidden">{t('year.hidden', { count: smallest })}</span>
      </span>
    );
  }
  return <span className="num">{figure + unit}</span>;
}

function Groups({ grouping, groups, smallest }: { grouping: Year['groupings'][number]['grouping']; groups: readonly Group[]; smallest: number }) {
  const { t, lang } = useWords('payments');
  const categories = useCategoryNames();
  const nameOf = (group: Group) => {
    if (grouping === 'category') return categories.nameOf(group.key);
    return group.key === '' ? t('year.no_project') : pickName(lang, group) || group.key;
  };
  const money = CERTAINTIES.map(
    (certainty): Column<Group> => ({
      key: certainty,
      title: t(`year.certainties.${certainty}`),
      right: true,
      cell: (group) => <Saved group={group} certainty={certainty} />,
    }),
  );
  return (
    <Panel title={t(`year.groupings.${grouping}`)}>
      <div className="stack">
        <SavingsBars groups={groups} nameOf={nameOf} />
        <PlainTable
          caption={t(`year.groupings.${grouping}`)}
          rows={groups}
          rowKey={(group) => group.key}
          columns={[
            { key: 'group', title: t('year.group'), cell: nameOf },
            { key: 'tenders', title: t('year.tenders'), right: true, cell: (group) => String(group.tenders) },
            ...money,
            { key: 'bidders', title: t('year.bidders'), right: true, cell: (group) => <Told figure={group.bidders} smallest={smallest} /> },
            { key: 'active', title: t('year.active'), right: true, cell: (group) => <Told figure={group.active_share} unit=" %" smallest={smallest} /> },
            { key: 'joined', title: t('year.joined'), right: true, cell: (group) => <Told figure={group.joined_share} unit=" %" smallest={smallest} /> },
          ]}
        />
      </div>
    </Panel>
  );
}

function Saved({ group, certainty }: { group: Group; certainty: (typeof CERTAINTIES)[number] }) {
  const { t } = useWords('payments');
  const found = group.savings.filter((one) => one.certainty === certainty);
  if (found.length === 0) return <span className="muted">{t('common:table.none')}</span>;
  return (
    <span className="stack-tight">
      {found.map((one) => (
        <Money key={one.currency} amount={one.money} currency={one.currency} />
      ))}
    </span>
  );
}
