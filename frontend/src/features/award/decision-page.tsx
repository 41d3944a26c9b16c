// DR-01, DR-08, PL-10: from the official ranking by label to the names, one page and one next act at a time. No name before the unsealing.

import { useState } from 'react';
import { useParams } from 'react-router';

import { mayReadReserves, useReserves } from '@/api/reserves';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { ReservePanel } from '@/ui/reserve-panel';
import { Empty } from '@/ui/states';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import { AwardHeader } from './award-header';
import { ChooseLot } from './choose-lot';
import { aboveReserves, isWithoutAward, stepOf } from './choosing';
import { DecisionSteps } from './decision-steps';
import { LotRankingPanel, RankAndLabel, type RowMark } from './lot-ranking';
import { NamesPanel } from './names-panel';
import { OffersPanel } from './offers-panel';
import { PanelRoom } from './panel-room';
import { ProposedPanel, WaitingPanel } from './proposed-panel';
import { useDecision, useRanking, useResult, useTender, type DecidedLot, type Decision, type Ranking, type RankingRow, type StaffTender, type SupplierTender } from './queries';
import { RankingRules, hasTotals } from './ranking-rules';
import { RoomPanels } from './room-panels';
import { ReopenedBanner, ReopeningPanel } from './reopening-panel';
import { ReportPanel } from './report-panel';
import { ScenarioAdopted } from './scenario-adopted';
import { useAdopted } from './scenario-queries';
import { SubmitPanel } from './submit-panel';
import { UnsealingPanel } from './unsealing-panel';
import { useChoices } from './use-choices';
import { zoneOf } from './zone-of';

export default function DecisionPage() {
  const { t } = useWords('award');
  const { tenderId = '' } = useParams();
  const tender = useTender(tenderId);
  const ranking = useRanking(tenderId);
  const decision = useDecision(tenderId);
  return (
    <QueryView query={tender}>
      {(shown) => (
        <div className="stack">
          <AwardHeader tender={shown} what={t('decision.what')} />
          <QueryView query={ranking}>
            {(ranked) => (
              <QueryView query={decision}>
                {(decided) => <WithReserves tender={shown} ranking={ranked} decision={decided} {...zoneOf(shown)} />}
              </QueryView>
            )}
          </QueryView>
        </div>
      )}
    </QueryView>
  );
}

interface DecidedProps {
  ranking: Ranking;
  decision: Decision;
  zone?: string;
}

/** With the opened reserve prices, where the tender has some and the reader may have them. */
function WithReserves({ tender, ranking, ...props }: DecidedProps & { tender: StaffTender | SupplierTender }) {
  const staff = tender.audience === 'staff' ? tender : null;
  const reserves = useReserves(tender.id, staff !== null && ranking.state === 'ranked' && mayReadReserves(staff));
  return (
    <>
      {staff !== null && ranking.state === 'ranked' && <ReservePanel tender={staff} />}
      <Decided ranking={aboveReserves(ranking, reserves.data ?? [])} {...props} />
    </>
  );
}

function Decided(props: DecidedProps) {
  const { ranking, decision, ...inZone } = props;
  return (
    <>
      {ranking.state === 'ranked' && <PanelRoom ranking={ranking} {...inZone} />}
      {ranking.state === 'waiting' ? <NotYet decision={decision} /> : decision.can_propose ? <Choosing {...props} /> : <Reading {...props} />}
      <RoomPanels ranking={ranking} />
      {ranking.state === 'ranked' && <ScenarioAdopted tenderId={ranking.tender_id} />}
      <OffersPanel ranking={ranking} />
    </>
  );
}

function NotYet({ decision }: { decision: Decision }) {
  const { t } = useWords('award');
  // Whoever may not read the ranking before it is proposed sees the same as everybody before the close.
  return (
    <>
      <DecisionSteps present="ranking" />
      <Panel>
        <Empty icon="clock" title={t('not_yet.title')} next={<ButtonLink to={`/tenders/${decision.tender_id}`}>{t('back')}</ButtonLink>}>
          {t('not_yet.why')}
        </Empty>
      </Panel>
    </>
  );
}

function Choosing({ ranking, decision, ...inZone }: DecidedProps) {
  const { t } = useWords('award');
  const adopted = useAdopted(ranking.tender_id);
  const { choices, choose } = useChoices(ranking, decision, adopted);
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <DecisionSteps present="choice" />
      <ReopenedBanner decision={decision} {...inZone} />
      <WhyAgain decision={decision} />
      <p className={page['lead']}>{t('choose.how')}</p>
      <div className={page['split']} data-wide={hasTotals(ranking) || undefined}>
        <div className="stack">
          {ranking.lots.map((lot) => (
            <ChooseLot
              key={lot.lot_id}
              ranking={ranking}
              lot={lot}
              choice={choices[lot.lot_id] ?? { label: null, reason: '' }}
              adopted={adopted[lot.lot_id]}
              onChoose={(choice) => choose(lot, choice)}
              isAsked={isAsked}
              {...inZone}
            />
          ))}
          <RankingRules ranking={ranking} />
        </div>
        <div className={page['side']}>
          <SubmitPanel ranking={ranking} choices={choices} adopted={adopted} isAsked={isAsked} onAsk={() => setAsked(true)} />
        </div>
      </div>
    </>
  );
}

/** Why it is to be proposed again: returned with a reason, lapsed, or the ranking changed. */
function WhyAgain({ decision }: { decision: Decision }) {
  const { t } = useWords('award');
  if (decision.has_fallen) return <Banner tone="warn" role="alert" title={t('again.changed')}>{t('again.changed_why')}</Banner>;
  if (decision.state === 'returned') {
    return (
      <Banner tone="warn" title={t('again.returned')}>
        {decision.return_reason && <blockquote className={css['said']}>{decision.return_reason}</blockquote>}
      </Banner>
    );
  }
  return decision.state === 'proposed' ? <Banner tone="warn" title={t('again.lapsed')}>{t('again.lapsed_why')}</Banner> : null;
}

function Reading({ ranking, decision, ...inZone }: DecidedProps) {
  const { t } = useWords('award');
  const isEnded = isWithoutAward(decision);
  return (
    <>
      {!isEnded && <DecisionSteps present={stepOf(ranking, decision)} />}
      <ReopenedBanner decision={decision} {...inZone} />
      {isEnded && <Banner title={t('ended.title')}>{t('ended.why')}</Banner>}
      {(decision.state === 'returned' || decision.has_fallen) && <WhyAgain decision={decision} />}
      <div className={page['split']} data-wide={hasTotals(ranking) || undefined}>
        <div className="stack">
          {decision.unsealing.state === 'done' && <Names tenderId={decision.tender_id} />}
          {ranking.lots.map((lot) => (
            <LotRankingPanel
              key={lot.lot_id}
              ranking={ranking}
              lot={lot}
              head={(row) => <RankAndLabel row={row} mark={markOf(row, decision.choices.find((choice) => choice.lot_id === lot.lot_id))} />}
              {...inZone}
            />
          ))}
          <RankingRules ranking={ranking} />
        </div>
        <div className={page['side']}>
          {(decision.state === 'none' || decision.state === 'reopened') && <Banner>{t('waiting.purchaser')}</Banner>}
          {decision.state === 'proposed' && (
            <WaitingPanel proposalId={decision.proposal_id} title={t('waiting.title')}>
              {t('waiting.decision')}
            </WaitingPanel>
          )}
          {decision.state === 'approved' && !isEnded && <UnsealingPanel decision={decision} {...inZone} />}
          {decision.state !== 'none' && decision.state !== 'reopened' && <ProposedPanel decision={decision} currency={ranking.currency} {...inZone} />}
          {decision.state !== 'none' && <ReportPanel tenderId={decision.tender_id} {...inZone} />}
          {decision.unsealing.state === 'done' && <ReopeningPanel decision={decision} {...inZone} />}
        </div>
      </div>
    </>
  );
}

function markOf(row: RankingRow, choice: DecidedLot | undefined): RowMark | null {
  if (choice === undefined) return null;
  const isAwarded = row.label === choice.label || choice.shares.some((one) => one.label === row.label);
  return isAwarded ? 'preferred' : row.label === choice.reserve ? 'reserve' : null;
}

function Names({ tenderId }: { tenderId: string }) {
  const result = useResult(tenderId);
  return <QueryView query={result}>{(shown) => (shown.audience === 'staff' ? <NamesPanel lots={shown.lots} /> : null)}</QueryView>;
}
