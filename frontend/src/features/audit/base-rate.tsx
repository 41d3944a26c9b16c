// How rare a lead is among comparable ones, and whose history says so.

import { useWords } from '@/i18n/use-words';

import type { PastLead } from './signal-queries';

const GRID_METHODS = new Set(['variation', 'spread', 'distance', 'skewness', 'kurtosis']);

/** `isFile`: the history is that of the file the lead was found in. */
export function BaseRate({ lead, isFile = false }: { lead: Pick<PastLead, 'base' | 'method'>; isFile?: boolean }) {
  const { t } = useWords('signals');
  const { share, of: count, origin } = lead.base;
  if (share === null || origin === 'none') return <span className="muted">{t('base.none', { count })}</span>;
  const told = { share: percent(share), count };
  if (origin === 'own') return <>{isFile ? t('base.file', told) : t('base.own', told)}</>;
  return <>{GRID_METHODS.has(lead.method) ? t('base.calibration', told) : t('base.calibration_exact', told)}</>;
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
