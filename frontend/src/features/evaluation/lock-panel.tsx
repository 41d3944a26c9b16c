// What the agreed values come to, and the lock: the chair locks exactly what the page shows, by its digest, before any price opens.

import { useState } from 'react';

import { offerNumber } from '@/domain/technical-offers';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet as Dialog } from '@/ui/sheet';
import { Tag } from '@/ui/state-tag';
import { useOnline } from '@/ui/use-online';
import page from '@/ui/working-page.module.css';

import css from './evaluation.module.css';
import { UnlockSheet } from './unlock-sheet';
import { useLock, type Consensus, type ConsensusLot } from './queries';

export function LockPanel({ consensus }: { consensus: Consensus }) {
  const { t } = useWords('evaluation');
  const [isSure, setSure] = useState(false);
  const isOnline = useOnline();
  const isLocked = consensus.state === 'locked';
  return (
    <Panel title={t('lock.title')}>
      <div className="stack">
        {consensus.lots.map((lot) => (
          <Points key={lot.lot_id} lot={lot} isMany={consensus.lots.length > 1} />
        ))}
        {consensus.digest !== null && (
          <div className="stack-tight">
            <p className="small muted">{t('lock.digest')}</p>
            <code className={page['hash']}>{consensus.digest}</code>
          </div>
        )}
        {isLocked && consensus.locked_at !== null && (
          <p className="small">
            {t('lock.at')} <Instant at={consensus.locked_at} as="second" named />
          </p>
        )}
        {isLocked && <Unlock consensus={consensus} />}
        {!isLocked && consensus.is_chair && (
          <>
            <Button look="primary" size="large" wide icon="lock" disabled={!isOnline || consensus.digest === null} onClick={() => setSure(true)}>
              {t('lock.button')}
            </Button>
            <p className="small muted">{t('lock.effect')}</p>
          </>
        )}
        {!isLocked && !consensus.is_chair && <Banner>{t('lock.chair')}</Banner>}
      </div>
      {isSure && consensus.digest !== null && <Confirm key={consensus.digest} consensus={consensus} digest={consensus.digest} onClose={() => setSure(false)} />}
    </Panel>
  );
}

/** By two persons, and only while no price has been opened. */
function Unlock({ consensus }: { consensus: Consensus }) {
  const { t } = useWords('evaluation');
  const [isAsking, setAsking] = useState(false);
  const isOnline = useOnline();
  const { can_propose, waits_until } = consensus.unlock;
  if (waits_until !== null) {
    return (
      <Banner role="status">
        {t('unlock.waits')} <Instant at={waits_until} named />
      </Banner>
    );
  }
  if (!can_propose) return null;
  return (
    <>
      <Button wide disabled={!isOnline} onClick={() => setAsking(true)}>
        {t('unlock.button')}
      </Button>
      <p className="small muted">{t('unlock.effect')}</p>
      {isAsking && <UnlockSheet tenderId={consensus.tender_id} onClose={() => setAsking(false)} />}
    </>
  );
}

function Points({ lot, isMany }: { lot: ConsensusLot; isMany: boolean }) {
  const { t } = useWords('evaluation');
  return (
    <table className={css['pointTable']}>
      <caption className={isMany ? css['pointCaption'] : 'visually-hidden'}>{t('lot', { number: lot.number })}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t('lock.offer')}</th>
          <th scope="col">{t('lock.points')}</th>
          <th scope="col">{t('lock.passes')}</th>
        </tr>
      </thead>
      <tbody>
        {lot.offers.map((offer) => (
          <tr key={offer.alias}>
            <th scope="row">{t('offer', { number: offerNumber(offer.alias) })}</th>
            <td className="num">{offer.points}</td>
            <td>
              <Tag tone={offer.passes ? 'good' : 'bad'}>{t(offer.passes ? 'lock.pass' : 'lock.fail')}</Tag>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Closed by itself when the values change meanwhile: the digest on the screen is the one that is locked. */
function Confirm({ consensus, digest, onClose }: { consensus: Consensus; digest: string; onClose: () => void }) {
  const { t } = useWords('evaluation');
  const lock = useLock(consensus.tender_id);
  const failing = consensus.lots.flatMap((lot) => lot.offers).filter((offer) => !offer.passes).length;
  const send = () =>
    lock.mutate(digest, {
      onSuccess: () => {
        announce(t('lock.done'));
        onClose();
      },
    });
  return (
    <Dialog
      title={t('lock.sure')}
      onClose={onClose}
      foot={
        <div className="row">
          <Button look="primary" icon="lock" busy={lock.isPending} onClick={send}>
            {t('lock.button')}
          </Button>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
        </div>
      }
    >
      <div className="stack">
        <p>{t('lock.effect')}</p>
        {failing > 0 && <Banner tone="warn">{t('lock.failing', { count: failing })}</Banner>}
        <div className="stack-tight">
          <p className="small muted">{t('lock.digest')}</p>
          <code className={page['hash']}>{digest}</code>
        </div>
        <ProblemAlert error={lock.error} />
      </div>
    </Dialog>
  );
}
