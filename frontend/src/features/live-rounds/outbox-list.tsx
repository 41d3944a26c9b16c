// Bids of this device that need attention: on their way, unknown, refused, never sent. Accepted ones are in the list of own bids.
import { formatInstant } from '@/domain/instant';
import { useWords, type Words } from '@/i18n/use-words';
import { Banner, type BannerTone } from '@/ui/banner';
import { Button } from '@/ui/button';

import { moneyText, type LotView } from './lot-view';
import type { OutboxBid } from './outbox';
import type { RoundInfo } from './room-data';

interface OutboxListProps {
  bids: readonly OutboxBid[];
  lot: LotView;
  info: RoundInfo;
  onAgain: (bid: OutboxBid) => void;
  onDismiss: (bidId: string) => void;
}

const TONES: Readonly<Record<OutboxBid['state'], BannerTone>> = {
  sending: 'calm',
  unknown: 'warn',
  accepted: 'good',
  refused: 'bad',
  unsent: 'warn',
};

export function OutboxList({ bids, lot, info, onAgain, onDismiss }: OutboxListProps) {
  const words = useWords('live-rounds');
  const open = bids.filter((bid) => bid.lotId === lot.facts.id && bid.state !== 'accepted');
  return (
    <>
      {open.map((bid) => (
        <Banner
          key={bid.bidId}
          tone={TONES[bid.state]}
          // The announcer speaks these; a second voice would repeat it.
          role="note"
          title={`${words.t(`outbox.${bid.state}`)} · ${moneyText(bid.amount, info.tender.currency)}`}
          actions={<Actions bid={bid} onAgain={onAgain} onDismiss={onDismiss} />}
        >
          <p>{whyText(bid, info, words)}</p>
        </Banner>
      ))}
    </>
  );
}

function Actions({ bid, onAgain, onDismiss }: Pick<OutboxListProps, 'onAgain' | 'onDismiss'> & { bid: OutboxBid }) {
  const { t } = useWords('live-rounds');
  if (bid.state === 'unsent') {
    return (
      <>
        <Button onClick={() => onDismiss(bid.bidId)}>{t('outbox.drop')}</Button>
        <Button look="primary" onClick={() => onAgain(bid)}>
          {t('outbox.again')}
        </Button>
      </>
    );
  }
  return bid.state === 'refused' ? <Button onClick={() => onDismiss(bid.bidId)}>{t('outbox.dismiss')}</Button> : null;
}

/** What was sent, which rule, what would be taken, the server's time; nothing about others (SCREENS.md 2.2.5). */
function whyText(bid: OutboxBid, info: RoundInfo, { t, find }: Words<'live-rounds'>): string {
  const { currency, time_zone: zone } = info.tender;
  if (bid.state === 'unsent') return t('outbox.unsent_why', { amount: moneyText(bid.amount, currency) });
  if (bid.state === 'unknown') return t('outbox.unknown_why');
  if (bid.state !== 'refused') return '';
  const next = bid.detail?.['next_valid'];
  return [
    find(`codes:${bid.code ?? ''}`, t('codes:UNEXPECTED'), { ...bid.detail }),
    next === undefined ? '' : t('outbox.next_valid', { amount: moneyText(next, currency) }),
    bid.answeredAt === null ? '' : t('outbox.server_time', { time: formatInstant(bid.answeredAt, zone, 'time-second') }),
  ]
    .filter((part) => part !== '')
    .join(' ');
}
