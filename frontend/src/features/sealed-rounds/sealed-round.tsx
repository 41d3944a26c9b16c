// The sealed round of one supplier: where it stands, the checks the page makes by itself, and the offer of each lot.
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { PageHeader } from '@/ui/page-header';
import { Tag } from '@/ui/state-tag';

import { AssistPanel } from './assist-panel';
import { CheckBanner } from './check-banner';
import { LobbyPanel } from './lobby-panel';
import { LotList } from './lot-list';
import { LotOffer } from './lot-offer';
import { lotState } from './lot-state';
import { isEmptyOffer, stampOf } from './offer';
import type { LotDesk } from './offer-desk';
import { packageIn } from './package-file';
import { useOwnPackages, type OwnPackage, type SealedLot, type SealedRound, type TenderFacts } from './queries';
import { RoundBanner } from './round-banner';
import css from './sealed.module.css';
import { useDesk } from './use-desk';

interface SealedRoundProps {
  round: SealedRound;
  tender: TenderFacts;
  owner: string;
  isStale: boolean;
}

const STATUS_TONES = { scheduled: 'calm', open: 'live', closed: 'off', refused: 'off', cancelled: 'off' } as const;

export function SealedRoundView({ round, tender, owner, isStale }: SealedRoundProps) {
  const { t, lang } = useWords('sealed-rounds');
  const { desk, lots, line } = useDesk(round, owner);
  const packages = useOwnPackages(round.round_id, round.tag !== null);
  const [chosen, choose] = useChosenLot(round);
  const own = packages.data ?? [];
  const states = Object.fromEntries(round.lots.map((lot) => [lot.lot_id, stateOf(round, lot, own, lots[lot.lot_id])]));
  const zone = tender.document.time_zone;
  const lot = round.lots.find((each) => each.lot_id === chosen) ?? round.lots[0];
  const lotDesk = lot === undefined ? undefined : lots[lot.lot_id];
  const takeCopy = async (lotId: string, file: File) => {
    const [meant, held] = [round.lots.find((each) => each.lot_id === lotId), lots[lotId]];
    if (meant === undefined || held === undefined) return 'OTHER_ROUND' as const;
    const found = await packageIn(await file.text(), round, meant, stampOf(held.offer, held.files));
    if (typeof found === 'string') return found;
    await desk.handIn(found);
    return null;
  };
  return (
    <div className="stack">
      <PageHeader
        title={pick(lang, { zh: tender.document.title_zh, en: tender.document.title_en })}
        lead={`${tender.reference} · ${t('title')}`}
        mark={<Tag tone={STATUS_TONES[round.status]}>{t(`status.${round.status}`)}</Tag>}
        back={{ to: `/tenders/${tender.id}`, label: t('to_tender') }}
      />
      <RoundBanner round={round} tender={tender} line={line} isStale={isStale} />
      {round.custody === 'committee' && round.status === 'closed' && <AssistPanel roundId={round.round_id} />}
      <CheckBanner round={round} own={packages.data ?? null} lots={lots} onResupply={(lotId) => void desk.send(lotId)} onFile={takeCopy} />
      <div className={css['columns']}>
        <div className={css['side']}>
          <LobbyPanel round={round} zone={zone} />
          {round.lots.length > 1 && <LotList lots={round.lots} states={states} chosen={lot?.lot_id ?? ''} onChoose={choose} />}
        </div>
        {lot !== undefined && lotDesk !== undefined && (
          <LotOffer key={lot.lot_id} round={round} lot={lot} desk={desk} held={lotDesk} state={states[lot.lot_id] ?? 'empty'} own={own} zone={zone} line={line} mayBid={tender.own.joined && !tender.own.needs_acknowledgement} />
        )}
      </div>
    </div>
  );
}

function stateOf(round: SealedRound, lot: SealedLot, own: readonly OwnPackage[], held: LotDesk | undefined) {
  const offer = held?.offer;
  const hasDraft = offer !== undefined && !isEmptyOffer(offer, held?.files.length ?? 0);
  const stamp = held?.kept?.isReceipted ? held.kept.stamp : null;
  const isChanged = stamp !== null && offer !== undefined && stampOf(offer, held?.files ?? []) !== stamp;
  const isOver = round.status !== 'open' && round.status !== 'scheduled';
  return lotState({ lot, own, step: held?.step ?? null, hasDraft, isChanged, isOver });
}

/** Which lot is shown stands in the address, so that a reload comes back to it. */
function useChosenLot(round: SealedRound): [string | null, (lotId: string) => void] {
  const [search, setSearch] = useSearchParams();
  const [first] = useState(round.lots[0]?.lot_id ?? null);
  return [search.get('lot') ?? first, (lotId) => setSearch({ lot: lotId }, { replace: true })];
}
