// The brief of a project: the amount against the budget, who buys, and what should make one look twice.

import { useCategoryNames } from '@/api/categories';
import { subtract } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Money } from '@/ui/money';
import { PlainTable } from '@/ui/plain-table';
import { Tag } from '@/ui/state-tag';

import type { Proposal } from './queries';
import { Warnings } from './tender-briefs';

interface Seat {
  name: string;
  hat: string;
  has_conflict: boolean;
}

interface Beside {
  reference: string;
  currency: string;
  budget: string;
  is_same_requester: boolean;
  is_same_line: boolean;
  is_same_category: boolean;
}

export function ProjectBrief({ summary }: { summary: Proposal['summary'] }) {
  const { t, find } = useWords('approvals');
  const { nameOf } = useCategoryNames();
  const text = (name: string) => (typeof summary[name] === 'string' ? summary[name] : '');
  const group = Array.isArray(summary['group']) ? (summary['group'] as Seat[]) : [];
  const currency = text('currency');
  return (
    <div className="stack">
      <Warnings warnings={summary['warnings']} />
      <Facts
        items={[
          { term: t('words:category'), value: nameOf(text('category')) },
          { term: t('project.budget'), value: <Money amount={text('budget')} currency={currency} /> },
          { term: t('project.budget_line'), value: text('budget_line') },
          { term: t('project.estimate'), value: <Money amount={text('estimate')} currency={currency} /> },
          { term: t('project.source'), value: `${text('estimate_source')} · ${text('estimate_on')}` },
          { term: t('project.needed_on'), value: text('needed_on') },
        ]}
      />
      <BesideTable summary={summary} />
      <PlainTable
        caption={t('project.group')}
        rows={group}
        rowKey={(seat) => `${seat.hat}-${seat.name}`}
        columns={[
          { key: 'hat', title: t('project.seat'), cell: (seat) => find(`project.hats.${seat.hat}`, seat.hat) },
          { key: 'name', title: t('project.name'), cell: (seat) => seat.name },
          {
            key: 'declared',
            title: t('project.declared'),
            cell: (seat) => <Tag tone={seat.has_conflict ? 'bad' : 'good'}>{t(seat.has_conflict ? 'project.conflict' : 'project.free')}</Tag>,
          },
        ]}
      />
    </div>
  );
}

/** A request for more: from which budget to which, why, and what stands beside it. */
export function BudgetBrief({ summary }: { summary: Proposal['summary'] }) {
  const { t } = useWords('approvals');
  const text = (name: string) => (typeof summary[name] === 'string' ? summary[name] : '');
  const currency = text('currency');
  return (
    <div className="stack">
      <Warnings warnings={summary['warnings']} />
      <Facts
        items={[
          { term: t('project.budget_now'), value: <Money amount={text('from')} currency={currency} /> },
          { term: t('project.budget_wanted'), value: <Money amount={text('to')} currency={currency} /> },
          { term: t('project.more'), value: <Money amount={subtract(text('to'), text('from'))} currency={currency} /> },
          { term: t('project.budget_line'), value: text('budget_line') },
          { term: t('project.estimate'), value: <Money amount={text('estimate')} currency={currency} /> },
          { term: t('project.reason'), value: text('reason') },
        ]}
      />
      <BesideTable summary={summary} />
    </div>
  );
}

/** The requests of the season that may be parts of the same need. */
function BesideTable({ summary }: { summary: Proposal['summary'] }) {
  const { t } = useWords('approvals');
  const beside = Array.isArray(summary['beside']) ? (summary['beside'] as Beside[]) : [];
  const shared = (one: Beside) => (['is_same_category', 'is_same_requester', 'is_same_line'] as const).filter((name) => one[name]);
  if (beside.length === 0) return null;
  return (
    <div className="stack-tight">
        <h3>{t('project.beside')}</h3>
        <PlainTable
          caption={t('project.beside')}
          rows={beside}
          rowKey={(one) => one.reference}
          columns={[
            { key: 'reference', title: t('project.reference'), cell: (one) => one.reference },
            { key: 'budget', title: t('project.budget'), right: true, cell: (one) => <Money amount={one.budget} currency={one.currency} /> },
            {
              key: 'shared',
              title: t('project.shared'),
              cell: (one) => (
                <span className="row">
                  {shared(one).map((name) => (
                    <Tag key={name}>{t(`project.${name}`)}</Tag>
                  ))}
                </span>
              ),
            },
          ]}
        />
      </div>
  );
}
