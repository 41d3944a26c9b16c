// For the buyer's side: where a format that moves by time stands. Everybody is told the same; nobody's turn is named.
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Countdown } from '@/ui/countdown';

import { hasFigures, type WatchedLot } from './cockpit-lot';
import { moneyText } from './lot-view';

const RUNNING = new Set(['open', 'overtime']);

export function FormatStage({ lot, currency }: { lot: WatchedLot; currency: string }) {
  const { t } = useWords('formats');
  const pace = hasFigures(lot.state) ? (lot.state.pace ?? null) : null;
  if (pace === null || !RUNNING.has(lot.state.status)) return null;
  const title =
    pace.price === null
      ? t('turn.round', { round: pace.stage + 1, rounds: pace.stages })
      : `${t('price.tick', { tick: pace.stage + 1, ticks: pace.stages })} · ${moneyText(pace.price, currency)}`;
  return (
    <Banner title={title}>
      {pace.ends_at !== null && (
        <p>
          {t('stage.left')} <Countdown until={pace.ends_at} />
        </p>
      )}
    </Banner>
  );
}
