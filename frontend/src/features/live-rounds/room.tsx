// The supplier's live room (SCREENS.md 2.2). Everything on it is the bidder's own, the rules, or a message to all.
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { ButtonLink } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';

import { Announcer, type Utterance } from './announcer';
import { AutoBidPanel } from './auto-bid-panel';
import { ChangedBand, LostBand, PausedBand } from './bands';
import { BidBar } from './bid-bar';
import { BidPanel } from './bid-panel';
import { DeskSheet } from './desk-sheet';
import { EventsList } from './events-list';
import type { FeedWorld } from './feed';
import { Focal } from './focal';
import { namesPrice } from './format-pace';
import { FormatSlot } from './format-slot';
import { tellHidden } from './hidden-notice';
import { KeysSheet } from './keys-sheet';
import { Lobby } from './lobby';
import { LotList } from './lot-list';
import { LotsGrid } from './lots-grid';
import { lotViews, type LotView } from './lot-view';
import type { SupplierLot } from './messages';
import { OutboxList } from './outbox-list';
import { useOwnCurrency } from './own-currency';
import { OwnBidsPanel } from './own-bids-panel';
import { PenBand } from './pen-band';
import { RoomAction } from './room-action';
import { useRefreshOwnBids, type RoundInfo } from './room-data';
import { RoomHeader } from './room-header';
import css from './room.module.css';
import { RulesPanel } from './rules-panel';
import { ScorePanel } from './score-panel';
import { textOf } from './speaking';
import { useBidding } from './use-bidding';
import { useMilestones } from './use-milestones';
import { useRoom, type Room as LiveRoom } from './use-room';
import { chime, roomSettings, useRoomSettings, type RoomSettings } from './room-settings';
import { useRoomKeys, type RoomSheet } from './use-room-keys';
import { useRoomTitle } from './use-room-title';

/** The practice room is this room on another line, with the drills above the floor. */
export interface Practice {
  line: FeedWorld;
  drills: (room: LiveRoom<SupplierLot>) => ReactNode;
}

interface RoomProps {
  info: RoundInfo;
  accountId: string;
  practice?: Practice;
}

export function Room({ info, accountId, practice }: RoomProps) {
  const { t } = useWords('live-rounds');
  const settings = useRoomSettings();
  const say = useSpeech(info);
  const lotName = (lotId: string) => String(info.lots.find((lot) => lot.id === lotId)?.number ?? '');
  const room = useRoom<SupplierLot>({
    roundId: info.id,
    owner: practice === undefined ? accountId : null,
    lotName,
    say,
    ...(practice === undefined ? {} : { line: practice.line }),
  });
  const lots = useMemo(() => lotViews(info, room.view.lots), [info, room.view.lots]);
  const [chosenId, choose] = useState<string | null>(null);
  const lot = lots.find((each) => each.facts.id === chosenId) ?? lotInPlay(info, lots);
  const [sheet, openSheet] = useState<RoomSheet | null>(null);
  useOwnBidsRefresh(lot);
  return (
    <div className={css['room']}>
      <RoomHeader info={info} link={room.view.link} settings={settings} isPractice={practice !== undefined} onSheet={openSheet} />
      {sheet === 'keys' && <KeysSheet onClose={() => openSheet(null)} />}
      {sheet === 'desk' && lot !== undefined && <DeskSheet info={info} lot={lot} onClose={() => openSheet(null)} />}
      <LostBand
        link={room.view.link}
        asOf={room.view.asOf}
        zone={info.tender.time_zone}
        onRetry={() => room.session.wake()}
        onRestart={() => room.session.start()}
      />
      {practice?.drills(room)}
      {lot === undefined ? (
        <main className={css['wait']}>
          {room.view.link.state === 'ended' ? (
            <Empty icon="lock" title={t('link.ended')}>
              <ButtonLink to={`/tenders/${info.tender.id}`}>{t('link.to_tender')}</ButtonLink>
            </Empty>
          ) : (
            <Empty icon="clock" title={t('link.connecting')}>
              <p>{t('room.opening')}</p>
            </Empty>
          )}
        </main>
      ) : (
        <Floor info={info} room={room} lots={lots} lot={lot} settings={settings} say={say} isPractice={practice !== undefined} onChoose={choose} onSheet={openSheet} />
      )}
    </div>
  );
}

/** The first lot; where they come one after the other, the one that opened last. */
function lotInPlay({ rules }: RoundInfo, lots: readonly LotView[]): LotView | undefined {
  const opened = rules.lots === 'series' ? lots.filter(({ state }) => state.status !== 'scheduled') : [];
  return opened.at(-1) ?? lots[0];
}

interface FloorProps {
  info: RoundInfo;
  room: LiveRoom<SupplierLot>;
  lots: readonly LotView[];
  lot: LotView;
  settings: RoomSettings;
  say: (utterances: readonly Utterance[]) => void;
  isPractice: boolean;
  onChoose: (lotId: string) => void;
  onSheet: (sheet: RoomSheet) => void;
}

function Floor({ info, room, lots, lot, settings, say, isPractice, onChoose, onSheet }: FloorProps) {
  const { t } = useWords('live-rounds');
  const { view, session } = room;
  const bidding = useBidding({ info, lots, lot, room });
  const own = useOwnCurrency(info);
  // There is no amount to type.
  const isPriced = namesPrice(info.rules);
  const panel = useRef<HTMLElement>(null);
  useMilestones(lots, info, say);
  useRoomTitle(info, lot, bidding.moment, isPractice);
  useRoomKeys(settings.keys, { info, lot, bidding, onSheet });
  const action = <RoomAction info={info} lot={lot} bidding={bidding} fresh={view.fresh} currency={own} />;
  const focusField = () => {
    if (bidding.isQuiet) bidding.lowerAnyway();
    // After the field has come back where it was hidden.
    requestAnimationFrame(() => {
      panel.current?.scrollIntoView({ block: 'center' });
      panel.current?.querySelector('input')?.focus();
    });
  };
  const openLot = (lotId: string) => {
    onChoose(lotId);
    requestAnimationFrame(focusField);
  };
  return (
    <>
      {view.pen !== null && view.fresh && <PenBand pen={view.pen} onTake={() => session.takePen()} />}
      <ChangedBand lot={lot} />
      <PausedBand lot={lot} zone={info.tender.time_zone} notices={view.notices} />
      {!isPractice && lots.every(({ state }) => state.status === 'scheduled') && <Lobby info={info} />}
      <main className={[css['floor'], lots.length > 1 ? css['several'] : ''].join(' ')}>
        <div className={css['focal']}>
          <Focal lot={lot} tender={info.tender} rules={info.rules} fresh={view.fresh} next={bidding.bounds?.highest ?? null} action={action} />
        </div>
        {lots.length > 1 && (
          <div className={css['lots']}>
            <LotList lots={lots} chosen={lot.facts.id} windowMs={(info.rules.soft_close?.window_s ?? 0) * 1000} onChoose={onChoose} />
          </div>
        )}
        <div className={css['main']}>
          <OutboxList
            bids={view.outbox}
            lot={lot}
            info={info}
            onDismiss={(bidId) => session.dismiss(bidId)}
            onAgain={(bid) => {
              session.dismiss(bid.bidId);
              bidding.setDraft(bid.amount);
              focusField();
            }}
          />
          <ScorePanel info={info} lot={lot} />
          <FormatSlot info={info} lot={lot} bidding={bidding} />
          {!isPriced && (
            <section ref={panel}>
              <Panel title={t('bid.place')} note={lots.length > 1 ? t('room.lot', { number: lot.facts.number }) : undefined}>
                <BidPanel key={lot.facts.id} info={info} lot={lot} bidding={bidding} fresh={view.fresh} own={own} />
              </Panel>
            </section>
          )}
          <AutoBidPanel key={`auto-${lot.facts.id}`} info={info} lot={lot} can={view.fresh && bidding.mayWrite} own={own} />
          {lots.length > 1 && !isPriced && <LotsGrid key={own.code} info={info} lots={lots} room={room} own={own} onOpen={openLot} />}
          <OwnBidsPanel key={`own-${lot.facts.id}`} info={info} lot={lot} outbox={view.outbox} />
        </div>
        <aside className={css['aside']}>
          <Panel title={t('room.events')}>
            <EventsList notices={view.notices} info={info} />
          </Panel>
          <RulesPanel info={info} lot={lot} />
        </aside>
      </main>
      <BidBar action={action} onOther={bidding.can && !isPriced ? focusField : null} />
    </>
  );
}

/** The announcer with this person's settings; sounds go with the news they stand for. */
function useSpeech({ tender }: RoundInfo): (utterances: readonly Utterance[]) => void {
  const [announcer] = useState(
    () =>
      new Announcer({
        speak: (utterance) => {
          const text = textOf(utterance, tender.time_zone);
          announce(text, utterance.region);
          tellHidden(utterance, tender.reference, text);
        },
        later: (run, ms) => void setTimeout(run, ms),
        isQuiet: () => roomSettings().quiet,
      }),
  );
  return useCallback(
    (utterances) => {
      announcer.hear(utterances);
      if (!roomSettings().sound) return;
      if (utterances.some(({ say }) => say === 'accepted' || say === 'resumed')) chime('up');
      if (utterances.some(({ say }) => say === 'rank_worse' || say.startsWith('place_') || say === 'extension' || say === 'refused')) chime('down');
    },
    [announcer],
  );
}

/** The server's list of own bids is fetched anew when an own bid was answered. */
function useOwnBidsRefresh(lot: LotView | undefined): void {
  const refresh = useRefreshOwnBids();
  const lotId = lot?.facts.id;
  const ownSeq = lot?.state.own_seq;
  useEffect(() => {
    if (lotId !== undefined) refresh(lotId);
    // `refresh` is new with every render and always means the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [lotId, ownSeq]);
}
