// Secret reserve prices in the second person's sight: while a publication waits, and once a decision stands on them.

import { boundLots, useReserves } from '@/api/reserves';
import { useMe } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ReserveLines } from '@/ui/reserve-panel';
import { Tag } from '@/ui/state-tag';

import type { Proposal } from './queries';

/** The figures that a publication would seal. They stand in no proposal: they are read from where they lie encrypted. */
export function DraftReserve({ proposal }: { proposal: Proposal }) {
  const { t } = useWords('approvals');
  const bound = boundLots(proposal.change['document']);
  const roles: readonly string[] = useMe()?.roles ?? [];
  const mayRead = roles.includes('approver') || roles.includes('purchaser');
  const isWaiting = proposal.state === 'pending';
  const reserves = useReserves(proposal.subject_id, isWaiting && mayRead && bound.length > 0);
  if (bound.length === 0) return null;
  const currency = (proposal.change['document'] as { currency: string }).currency;
  const has = (reserves.data ?? []).filter((lot) => lot.commitment !== null);
  return (
    <Banner title={t('words:reserve.title')}>
      {has.length > 0 ? (
        <div className="stack-tight">
          <ReserveLines lots={has} currency={currency} />
          <p className="small">{t('words:reserve.draft_note')}</p>
        </div>
      ) : (
        <p>{t('words:reserve.sealed_short', { lots: bound.map((lot) => lot.number).join(t('common:list_separator')) })}</p>
      )}
    </Banner>
  );
}

/** The opened figures beside a decision, for whoever weighs it. */
export function DecisionReserve({ proposal }: { proposal: Proposal }) {
  const { t } = useWords('approvals');
  const lots = proposal.summary['lots'];
  const isBound = Array.isArray(lots) && lots.some((lot) => typeof lot === 'object' && lot !== null && 'meets_reserve' in lot);
  const reserves = useReserves(proposal.subject_id, isBound);
  if (!isBound || reserves.data === undefined) return null;
  const isAbove = (lots as { meets_reserve?: boolean }[]).some((lot) => lot.meets_reserve === false);
  return (
    <Banner tone={isAbove ? 'warn' : 'calm'} title={t('words:reserve.title')}>
      <ReserveLines lots={reserves.data} currency={String(proposal.summary['currency'])} />
    </Banner>
  );
}

export function MeetsReserve({ isMet }: { isMet: boolean }) {
  const { t } = useWords();
  return <Tag tone={isMet ? 'good' : 'warn'}>{t(isMet ? 'words:reserve.award_met' : 'words:reserve.award_above')}</Tag>;
}
