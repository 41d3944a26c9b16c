// Secret reserve prices in the second person's sight: while a publication waits, and once a decision stands on them.

import { boundLots, useReserves } from '@/api/reserves';
import { useMe } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ReserveLines } from '@/ui/reserve-panel';

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

interface AwardedLot {
  lot: number;
  /** Only where the lot has a secret reserve price and is awarded. */
  meets_reserve?: boolean;
}

/** The opened figures beside a decision, and whether what is awarded meets them. */
export function DecisionReserve({ proposal }: { proposal: Proposal }) {
  const { t } = useWords('approvals');
  const lots = (Array.isArray(proposal.summary['lots']) ? proposal.summary['lots'] : []) as readonly AwardedLot[];
  const bound = lots.filter((lot) => lot.meets_reserve !== undefined);
  const reserves = useReserves(proposal.subject_id, bound.length > 0);
  if (bound.length === 0 || reserves.data === undefined) return null;
  const awards = new Map(bound.map((lot) => [lot.lot, lot.meets_reserve]));
  const isAbove = bound.some((lot) => lot.meets_reserve === false);
  return (
    <Banner tone={isAbove ? 'warn' : 'calm'} title={t('words:reserve.title')}>
      <ReserveLines lots={reserves.data} currency={String(proposal.summary['currency'])} awards={awards} />
    </Banner>
  );
}
