// The cockpit: clock, savings, participation in counts, the anonymous chart, the log, and the acts of a purchaser.
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';

import type { Me } from '@/api/session';
import { toMs } from '@/domain/instant';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { StateTag } from '@/ui/state-tag';
import { Watermark } from '@/ui/watermark';

import { Announcer } from './announcer';
import { ChangedBand, LostBand, PausedBand } from './bands';
import { CallCode } from './call-code';
import { ChartPanel } from './chart-panel';
import type { ActKind } from './act-drawer';
import { useBudgets, useRefreshCockpit, type CockpitInfo } from './cockpit-data';
import { hasFigures, watchedLots, type WatchedLot } from './cockpit-lot';
import { CockpitLots } from './cockpit-lots';
import { CockpitRanking } from './cockpit-ranking';
import { CockpitLog } from './cockpit-log';
import { CockpitTiles } from './cockpit-tiles';
import { CockpitWatch } from './cockpit-watch';
import css from './cockpit.module.css';
import { LinkMark } from './link-mark';
import { isOver, type BuyerLot } from './messages';
import { ErrorReportsPanel } from './error-reports-panel';
import { FormatStage } from './format-stage';
import { growing } from './series';
import { textOf } from './speaking';
import { useRoom } from './use-room';

const ActDrawer = lazy(() => import('./act-drawer'));

export function Cockpit({ info, me }: { info: CockpitInfo; me: Me }) {
  const { t, lang } = useWords('cockpit');
  const { tender } = info;
  const room = useCockpitLine(info);
  const lots = useMemo(() => watchedLots(info, room.view.lots), [info, room.view.lots]);
  const [chosenId, choose] = useState<string | null>(null);
  const [act, setAct] = useState<ActKind | null>(null);
  const [alias, setAlias] = useState<string | null>(null);
  const [look, setLook] = useState<{ atMs: number } | null>(null);
  const chooseLot = (lotId: string) => {
    choose(lotId);
    setLook(null);
  };
  const budgets = useBudgets(tender.id);
  const lookAt = (lotId: string | null, at: string) => {
    if (lotId !== null) choose(lotId);
    setLook({ atMs: toMs(at) });
  };
  const lot = lots.find((each) => each.lot.id === chosenId) ?? lots.find((each) => !isOver(each.state.status)) ?? lots[0];
  const budget = budgets.find((each) => each.lot_id === lot?.lot.id);
  const isPurchaser = me.roles.includes('purchaser');
  const isDone = lots.length > 0 && lots.every((each) => isOver(each.state.status));
  return (
    <div className={css['cockpit']}>
      <Watermark text={me.name} />
      <PageHeader
        title={pick(lang, { zh: tender.title_zh, en: tender.title_en })}
        lead={`${tender.reference} · ${t('title')}`}
        back={{ to: `/tenders/${tender.id}`, label: t('to_tender') }}
        mark={
          <>
            {lot && <StateTag kind="lot" state={lot.state.status} />}
            <span className={css['link']}>
              <LinkMark link={room.view.link} />
            </span>
          </>
        }
        actions={
          isDone ? (
            <>
              <ButtonLink to={`/dry-run/${info.id}`}>{t('to_dry_run')}</ButtonLink>
              <ButtonLink look="primary" to={`/tenders/${tender.id}/decision`}>
                {t('to_decision')}
              </ButtonLink>
            </>
          ) : (
            isPurchaser && lot && <Controls lot={lot} onAct={setAct} />
          )
        }
      />
      <LostBand
        link={room.view.link}
        asOf={room.view.asOf}
        zone={tender.time_zone}
        onRetry={() => room.session.wake()}
        onRestart={() => room.session.start()}
      />
      {lot && <ChangedBand lot={lot} isBuyer />}
      {lot && <PausedBand lot={lot} zone={tender.time_zone} notices={room.view.notices} />}
      {info.call_code !== null && !isDone && <CallCode code={info.call_code} isLost={!room.view.fresh && room.view.asOf !== null} />}
      {!isPurchaser && <Banner title={t('observer')}>{t('observer_why')}</Banner>}
      {lot && !hasFigures(lot.state) && <Banner tone="warn">{t('blind')}</Banner>}
      {lot && (
        <>
          <FormatStage lot={lot} currency={tender.currency} />
          <CockpitTiles info={info} lot={lot} budget={budget} fresh={room.view.fresh} />
          {!isDone && <CockpitWatch info={info} lots={lots} onLook={(alert) => alert.at !== null && lookAt(alert.lotId, alert.at)} />}
          <div className={css['split']}>
            <ChartPanel key={lot.lot.id} info={info} lot={lot} budget={budget} look={look} fresh={room.view.fresh} asOf={room.view.asOf} />
            <CockpitLog info={info} lots={lots} alias={alias} onAlias={setAlias} onLook={(row) => lookAt(row.lotId, row.at)} />
          </div>
          <ErrorReportsPanel roundId={info.id} currency={tender.currency} mayPropose={isPurchaser} />
          <CockpitRanking info={info} lot={lot} />
          <CockpitLots info={info} lots={lots} chosen={lot.lot.id} onChoose={chooseLot} />
        </>
      )}
      {act !== null && lot && (
        <Suspense fallback={null}>
          <ActDrawer kind={act} info={info} lot={lot} onClose={() => setAct(null)} />
        </Suspense>
      )}
    </div>
  );
}

function useCockpitLine(info: CockpitInfo) {
  const zone = info.tender.time_zone;
  const [announcer] = useState(
    () =>
      new Announcer({
        speak: (utterance) => announce(textOf(utterance, zone), utterance.region),
        later: (run, ms) => void setTimeout(run, ms),
        isQuiet: () => false,
      }),
  );
  const room = useRoom<BuyerLot>({
    roundId: info.id,
    owner: null,
    lotName: (lotId) => String(info.lots.find((each) => each.lot.id === lotId)?.lot.number ?? ''),
    say: (utterances) => announcer.hear(utterances),
    blend: growing,
  });
  const refresh = useRefreshCockpit(info.id);
  const newest = room.view.notices[0];
  useEffect(() => {
    // A mark of the clock was made: bands and marks are drawn from the cockpit's answer.
    if (newest !== undefined) refresh();
    // `refresh` is new with every render and always means the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [newest]);
  return room;
}

function Controls({ lot, onAct }: { lot: WatchedLot; onAct: (kind: ActKind) => void }) {
  const { t } = useWords('cockpit');
  const { status } = lot.state;
  const isRunning = status === 'open' || status === 'overtime';
  // A format that moves by time has its length: nobody extends it.
  const isTimed = hasFigures(lot.state) && (lot.state.pace ?? null) !== null;
  return (
    <>
      <Button icon="bell" onClick={() => onAct('broadcast')}>
        {t('acts.broadcast')}
      </Button>
      {isRunning && (
        <>
          {!isTimed && (
            <Button icon="clock" onClick={() => onAct('extend')}>
              {t('acts.extend')}
            </Button>
          )}
          <Button icon="pause" onClick={() => onAct('pause')}>
            {t('acts.pause')}
          </Button>
        </>
      )}
      {status === 'paused' && (
        <Button look="primary" icon="play" onClick={() => onAct('resume')}>
          {t('acts.resume')}
        </Button>
      )}
      {(isRunning || status === 'paused') && (
        <>
          <Button look="quiet" onClick={() => onAct('void')}>
            {t('acts.void')}
          </Button>
          <Button look="quiet" onClick={() => onAct('cancel')}>
            {t('acts.cancel')}
          </Button>
        </>
      )}
    </>
  );
}
