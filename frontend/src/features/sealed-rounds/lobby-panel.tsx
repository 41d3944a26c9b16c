// SP-04: the times in both zones, the time left on the server's clock, the custody. Nothing here tells of anybody else.
import { toMs } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Countdown } from '@/ui/countdown';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { useServerNow } from '@/ui/use-server-now';

import { CustodyNote } from './custody-note';
import type { SealedRound } from './queries';
import css from './sealed.module.css';

export function LobbyPanel({ round, zone }: { round: SealedRound; zone: string }) {
  const { t } = useWords('sealed-rounds');
  return (
    <Panel title={t('lobby.title')}>
      <div className="stack">
        <Clock round={round} />
        <Facts
          items={[
            { term: t('lobby.opens'), value: <Instant at={round.opens_at} zone={zone} named /> },
            { term: t('lobby.closes'), value: <Instant at={round.closes_at} zone={zone} as="second" named /> },
          ]}
        />
        <CustodyNote round={round} />
        <Protection custody={round.custody === 'committee' ? 'committee' : 'server'} />
      </div>
    </Panel>
  );
}

/** From whom the seal protects and from whom not: it differs by custody, and is never said to be more than it is. */
function Protection({ custody }: { custody: 'server' | 'committee' }) {
  const { t } = useWords('sealed-rounds');
  return (
    <details className={css['levels']}>
      <summary>{t('protects.title')}</summary>
      <ul className={css['protects']}>
        <li>{t(`protects.${custody}.before`)}</li>
        <li>{t(`protects.${custody}.after`)}</li>
        <li>{t(`protects.${custody}.not`)}</li>
        {custody === 'committee' && <li>{t('protects.committee.help')}</li>}
      </ul>
    </details>
  );
}

function Clock({ round }: { round: SealedRound }) {
  const { t } = useWords('sealed-rounds');
  const now = useServerNow();
  if (round.status !== 'scheduled' && round.status !== 'open') return null;
  // While the committee makes new keys the round does not close: no countdown says otherwise.
  if (round.status === 'open' && round.policy_digest === '') return <p className={css['clock']}>{t('lobby.halted')}</p>;
  const isWaiting = round.status === 'scheduled';
  const until = isWaiting ? round.opens_at : round.closes_at;
  const isOver = toMs(until) <= now;
  return (
    <p className={css['clock']}>
      <span>{isOver ? t(isWaiting ? 'lobby.opening' : 'common:time.closing') : t(isWaiting ? 'lobby.opens_in' : 'lobby.closes_in')}</span>
      {!isOver && (
        <strong>
          <Countdown until={until} />
        </strong>
      )}
    </p>
  );
}
