// PL-01: the buyer's tenders by state, what comes next on each, savings to date; begin from a template or a copy.
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';

import { useSignedIn } from '@/api/session';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { AgreementCards } from '@/ui/agreement-cards';
import { ProblemAlert } from '@/ui/problem-alert';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';
import { Switcher } from '@/ui/switcher';
import { TextField } from '@/ui/field';

import { useCreateTender, usePortfolio, type PortfolioRow, type Template } from './api';
import { BeginPanel } from './begin-panel';
import { GROUPS, groupOf, sortRows, type Group } from './portfolio-groups';
import { PortfolioTable } from './portfolio-table';
import css from './portfolio.module.css';
import { SavingsStrip } from './savings-strip';

export default function PortfolioPage() {
  const { t } = useWords('tenders');
  const me = useSignedIn();
  const portfolio = usePortfolio();
  const isPurchaser = me.roles.includes('purchaser');
  const { begin, create } = useBegin();
  return (
    <div className="stack">
      <PageHeader title={t('portfolio.title')} lead={t('portfolio.lead')} />
      {isPurchaser && <BeginPanel busy={create.isPending} onBegin={(template) => begin({ template })} />}
      <ProblemAlert error={create.error} title={t('portfolio.not_created')} />
      <AgreementCards />
      <SavingsStrip />
      <QueryView query={portfolio}>
        {({ items }) => <Tenders items={items} isPurchaser={isPurchaser} onCopy={(id) => begin({ copy_of: id })} />}
      </QueryView>
    </div>
  );
}

function useBegin() {
  const create = useCreateTender();
  const navigate = useNavigate();
  const begin = (from: { template?: Template; copy_of?: string }) => {
    create.mutate(from, { onSuccess: ({ id }) => void navigate(`/tenders/${id}/edit`) });
  };
  return { begin, create };
}

interface TendersProps {
  items: readonly PortfolioRow[];
  isPurchaser: boolean;
  onCopy: (id: string) => void;
}

function Tenders({ items, isPurchaser, onCopy }: TendersProps) {
  const { t, lang } = useWords('tenders');
  const [group, setGroup] = useState<Group>('all');
  const [sought, setSought] = useState('');
  const counts = useMemo(() => new Map(GROUPS.map((each) => [each, items.filter((row) => each === 'all' || groupOf(row) === each).length])), [items]);
  const needle = sought.trim().toLowerCase();
  const rows = sortRows(
    items.filter(
      (row) =>
        (group === 'all' || groupOf(row) === group) &&
        `${row.reference} ${pick(lang, { zh: row.title_zh, en: row.title_en })} ${row.title_zh} ${row.title_en}`.toLowerCase().includes(needle),
    ),
  );
  const options = GROUPS.filter((each) => each === 'all' || (counts.get(each) ?? 0) > 0).map((value) => ({ value, label: `${t(`groups.${value}`)} ${counts.get(value) ?? 0}` }));
  return (
    <Panel
      flush
      title={t('portfolio.list')}
      actions={<Switcher label={t('portfolio.which')} value={group} onChange={setGroup} options={options} />}
    >
      {items.length > 8 && (
        <div className={css['search']}>
          <TextField label={t('portfolio.search')} type="search" value={sought} onChange={(event) => setSought(event.target.value)} />
        </div>
      )}
      {rows.length === 0 ? (
        <Empty icon="tender" title={t(items.length === 0 ? 'portfolio.empty' : 'portfolio.none')}>
          <p>{t(items.length === 0 && isPurchaser ? 'portfolio.empty_next' : 'portfolio.none_next')}</p>
        </Empty>
      ) : (
        <PortfolioTable rows={rows} {...(isPurchaser ? { onCopy } : {})} />
      )}
    </Panel>
  );
}
