// Who has which share of a lot, by label: "R12 70 %, R47 30 %".

import { useWords } from '@/i18n/use-words';

import type { LotShare } from './choosing';

export function SharesText({ shares }: { shares: readonly LotShare[] }) {
  const { t } = useWords('award');
  return <strong>{shares.map(({ label, share }) => t('shares.part', { label, share })).join(t('common:list_separator'))}</strong>;
}

/** What a lot is decided as, short: its shares, its one label, or no award. */
export function ChosenLabels({ label, shares = [] }: { label: string | null; shares?: readonly LotShare[] }) {
  const { t } = useWords('award');
  return shares.length > 0 ? <SharesText shares={shares} /> : <strong>{label ?? t('choose.no_award_short')}</strong>;
}
