// The stability interval as sentences: between which price weights first place and the shortlist hold.

import { useWords } from '@/i18n/use-words';

import type { Holding, LotRanking, LotSensitivity } from './queries';
import room from './room.module.css';

export function Stability({ lot, told }: { lot: LotRanking; told: LotSensitivity }) {
  const { t } = useWords('decision-room');
  const first = lot.rows[0]?.label;
  if (first === undefined || told.first === null || told.shortlist === null) return null;
  const labels = lot.shortlist?.labels.join(t('common:list_separator')) ?? '';
  return (
    <div className={room['stability']}>
      <Sentence what="first" held={told.first} params={{ label: first }} />
      <Sentence what="shortlist" held={told.shortlist} params={{ labels }} />
      <p className="small muted">{t('sensitivity.exact')}</p>
    </div>
  );
}

interface SentenceProps {
  what: 'first' | 'shortlist';
  held: Holding;
  params: Record<string, string>;
}

function Sentence({ what, held, params }: SentenceProps) {
  const { t } = useWords('decision-room');
  const { low, high } = held;
  if (low === null || high === null) return <p>{t(`sensitivity.${what}_none`, params)}</p>;
  const beyond = (labels: readonly string[]) => ({ label: labels[0] ?? '', labels: labels.join(t('common:list_separator')) });
  return (
    <p>
      <strong>{held.below.length === 0 && held.above.length === 0 ? t(`sensitivity.${what}_all`, params) : t(`sensitivity.${what}`, { ...params, low, high })}</strong>{' '}
      {held.below.length > 0 && t(`sensitivity.${what}_below`, beyond(held.below))} {held.above.length > 0 && t(`sensitivity.${what}_above`, beyond(held.above))}
    </p>
  );
}
