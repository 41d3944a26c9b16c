// The best-and-final sealed round (最后报价) on the contract page: asked for and called off by two, sealed by the suppliers of
// the award, opened by the service at the close. Nothing here tells of an offer before that.

import { useState } from 'react';
import { Link } from 'react-router';

import { pickName } from '@/domain/lang';
import { compare, subtract } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { fingerprint } from '@/sealing/seal';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { CustodyLabel } from '@/ui/custody-label';
import { Facts } from '@/ui/facts';
import { AreaField } from '@/ui/field';
import { Fingerprint } from '@/ui/fingerprint';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import { AskRound } from './final-asking';
import { FinalLotForm } from './final-lot-form';
import { useFinalAct, useFinalOffers, type FinalOffers, type FinalRound } from './final-queries';

// domain/final_offers.py, SHORTEST_REASON.
const SHORTEST = 10;
const TONES = { open: 'warn', opened: 'good', cancelled: 'calm' } as const;

export function FinalPanel({ tenderId }: { tenderId: string }) {
  const { t } = useWords('final-offers');
  const sheet = useFinalOffers(tenderId);
  if (sheet.data === undefined) return null;
  const known = sheet.data;
  const isBuyer = known.side === 'buyer';
  // A supplier that was never invited has nothing to read here.
  if (known.rounds.length === 0 && !isBuyer) return null;
  const isQuiet = known.rounds.length === 0 && known.proposal_id === null && !known.can_ask;
  return (
    <Panel title={t('title')}>
      <div className="stack">
        <p className="small muted">{t(known.is_allowed ? 'lead' : 'method_bars')}</p>
        {known.proposal_id !== null && (
          <Banner title={t('waits')}>
            <Link to={`/approvals/${known.proposal_id}`}>{t('see')}</Link>
          </Banner>
        )}
        {/* The newest first: it is the one that may be open. */}
        {[...known.rounds].reverse().map((round) => (
          <Round key={round.id} tenderId={tenderId} sheet={known} round={round} />
        ))}
        {isBuyer && known.is_allowed && isQuiet && <p className="muted">{t('no_round')}</p>}
        {known.can_ask && <AskRound tenderId={tenderId} />}
      </div>
    </Panel>
  );
}

interface RoundProps {
  tenderId: string;
  sheet: FinalOffers;
  round: FinalRound;
}

function Round({ tenderId, sheet, round }: RoundProps) {
  const { t } = useWords('final-offers');
  const isOpen = round.state === 'open';
  return (
    <section className="stack" aria-label={t('round', { number: round.attempt })}>
      <h3 className="row">
        {t('round', { number: round.attempt })} <Tag tone={TONES[round.state]}>{t(`states.${round.state}`)}</Tag>
      </h3>
      <p>{round.reason}</p>
      <Facts
        items={[
          { term: t('closes'), value: <Instant at={round.closes_at} as="second" named /> },
          ...(isOpen ? [{ term: t('time_left'), value: <Countdown until={round.closes_at} over={t('over')} /> }] : []),
        ]}
      />
      {round.state === 'cancelled' && <p>{round.end_reason ? t('cancelled_why', { reason: round.end_reason }) : t('cancelled_by_reopening')}</p>}
      {isOpen && sheet.side === 'buyer' && <p className="small muted">{t('nobody_looks')}</p>}
      {isOpen && (
        <div>
          <CustodyLabel custody="server" />
          <p className="small muted">{t('fingerprint')}</p>
          <Fingerprint groups={fingerprint(round.policy_digest)} />
        </div>
      )}
      {isOpen && round.lots.map((lot) => <FinalLotForm key={lot.lot_id} tenderId={tenderId} sheet={sheet} round={round} lot={lot} />)}
      {round.opened.length > 0 && <Opened sheet={sheet} round={round} />}
      {round.cancel_proposal_id !== null && (
        <Banner title={t('waits_cancel')}>
          <Link to={`/approvals/${round.cancel_proposal_id}`}>{t('see')}</Link>
        </Banner>
      )}
      {round.can_cancel && <CallOff tenderId={tenderId} round={round} />}
    </section>
  );
}

function Opened({ sheet, round }: Omit<RoundProps, 'tenderId'>) {
  const { t, lang } = useWords('final-offers');
  type Row = FinalRound['opened'][number];
  const columns: Column<Row>[] = [
    { key: 'lot', title: t('lot'), cell: (row) => String(row.lot_number) },
    ...(sheet.side === 'buyer'
      ? [{ key: 'supplier', title: t('supplier'), cell: (row: Row) => pickName(lang, { name_zh: row.name_zh ?? '', name_en: row.name_en ?? '' }) }]
      : []),
    { key: 'before', title: t('awarded'), right: true, cell: (row) => <Money amount={row.before} currency={sheet.currency} /> },
    { key: 'after', title: t('in_force'), right: true, cell: (row) => <Money amount={row.after} currency={sheet.currency} /> },
    {
      key: 'saved',
      title: t('saved'),
      right: true,
      cell: (row) => (compare(row.after, row.before) === 0 ? t('same') : <Money amount={subtract(row.before, row.after)} currency={sheet.currency} />),
    },
  ];
  return <PlainTable caption={t('outcome')} rows={round.opened} rowKey={(row) => `${String(row.lot_number)}-${row.supplier_id ?? 'own'}`} columns={columns} />;
}

function CallOff({ tenderId, round }: Omit<RoundProps, 'sheet'>) {
  const { t } = useWords('final-offers');
  const act = useFinalAct(tenderId);
  const [isWanted, setWanted] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const [reason, setReason] = useState('');
  const isShort = reason.trim().length < SHORTEST;
  const send = () => {
    setAsked(true);
    if (isShort) return;
    act.mutate({ path: `final-rounds/${round.id}/cancellation`, body: { reason: reason.trim() } }, { onSuccess: () => announce(t('sent')) });
  };
  if (!isWanted) {
    return (
      <div className="row">
        <Button look="quiet" onClick={() => setWanted(true)}>
          {t('cancel')}
        </Button>
      </div>
    );
  }
  return (
    <div className="stack">
      <p>{t('cancel_why')}</p>
      <AreaField label={t('why')} hint={t('reason_hint')} rows={2} maxLength={4000} value={reason} error={isAsked && isShort ? t('common:form.too_short', { count: SHORTEST }) : null} onChange={(event) => setReason(event.target.value)} />
      <ProblemAlert error={act.error} />
      <div className="row">
        <Button onClick={() => setWanted(false)}>{t('common:actions.cancel')}</Button>
        <Button look="danger" busy={act.isPending} onClick={send}>
          {t('cancel')}
        </Button>
      </div>
    </div>
  );
}
