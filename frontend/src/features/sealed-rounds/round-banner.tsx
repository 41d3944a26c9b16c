// What the supplier must know before anything else: terms not accepted, the line is down, extended, closed, the live room.
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { Instant } from '@/ui/instant';

import type { LineState } from './line';
import type { SealedRound, TenderFacts } from './queries';

interface RoundBannerProps {
  round: SealedRound;
  tender: TenderFacts;
  line: LineState;
  isStale: boolean;
}

export function RoundBanner({ round, tender, line, isStale }: RoundBannerProps) {
  const { t } = useWords('sealed-rounds');
  const zone = tender.document.time_zone;
  const last = round.extensions.at(-1);
  const isOver = round.status === 'closed' || round.status === 'refused' || round.status === 'cancelled';
  return (
    <>
      {(!tender.own.joined || tender.own.needs_acknowledgement) && !isOver && (
        <Banner tone="warn" title={t('join.title')} actions={<ButtonLink look="primary" to={`/tenders/${tender.id}`}>{t('join.go')}</ButtonLink>}>
          {t('join.why')}
        </Banner>
      )}
      {!isOver && (line === 'reconnecting' || line === 'ended' || isStale) && (
        <Banner tone="warn" role="status" title={t('line.lost')}>
          {t(line === 'ended' ? 'line.ended' : 'line.why')}
        </Banner>
      )}
      {!isOver && last !== undefined && (
        <Banner title={t('news.extended')}>
          {t(`extended.${last.reason}`)} <Instant at={last.to} zone={zone} as="second" named />
        </Banner>
      )}
      {round.status === 'closed' && (
        <Banner title={t('closed.title')} actions={<LiveLink tender={tender} />}>
          {t(tender.procedure === 'sealed_live' ? 'closed.why_live' : 'closed.why')}
        </Banner>
      )}
      {round.status === 'refused' && <Banner tone="warn" title={t('few.title')}>{t('few.why')}</Banner>}
      {round.status === 'cancelled' && <Banner tone="warn" title={t('cancelled.title')}>{t('cancelled.why')}</Banner>}
    </>
  );
}

function LiveLink({ tender }: { tender: TenderFacts }) {
  const { t } = useWords('sealed-rounds');
  if (tender.procedure !== 'sealed_live') return null;
  return <ButtonLink to={`/rooms/${tender.round_id}`}>{t('closed.room')}</ButtonLink>;
}
