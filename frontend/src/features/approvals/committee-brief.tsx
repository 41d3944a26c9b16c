// Who is to hold the keys of a sealed round: seats by their published titles, and the people.

import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { PlainTable } from '@/ui/plain-table';

import type { Proposal } from './queries';

export function CommitteeBrief({ summary }: { summary: Proposal['summary'] }) {
  const { t, find } = useWords('approvals');
  const told = Array.isArray(summary['seats']) ? (summary['seats'] as [string, string][]) : [];
  const seats = told.map(([title, name], at) => ({ number: at + 1, title, name }));
  const reason = summary['reason'];
  return (
    <div className="stack">
      <Facts
        items={[
          { term: t('brief.committee_k'), value: t('brief.committee_of', { k: Number(summary['k'] ?? 0), n: seats.length }) },
          ...(typeof reason === 'string' ? [{ term: t('brief.committee_reason'), value: reason }] : []),
          ...(typeof summary['hours'] === 'number' ? [{ term: t('brief.rekey_hours'), value: t('brief.rekey_hours_of', { hours: summary['hours'] }) }] : []),
        ]}
      />
      <PlainTable
        caption={t('brief.committee_seats')}
        rows={seats}
        rowKey={(one) => String(one.number)}
        columns={[
          { key: 'seat', title: t('brief.committee_seat'), cell: (one) => `${String(one.number)} · ${find(`words:seats.${one.title}`, one.title)}` },
          { key: 'name', title: t('brief.committee_member'), cell: (one) => one.name },
        ]}
      />
    </div>
  );
}

/** Which envelopes the bidders would open with their own secrets, and why. */
export function RecoveryBrief({ summary }: { summary: Proposal['summary'] }) {
  const { t } = useWords('approvals');
  const { reason } = summary;
  return (
    <Facts
      items={[
        { term: t('brief.recovery_part'), value: t(summary['envelope'] === 'tech' ? 'brief.recovery_tech' : 'brief.recovery_price') },
        { term: t('brief.committee_reason'), value: typeof reason === 'string' ? reason : '' },
      ]}
    />
  );
}
