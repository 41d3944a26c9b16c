// EV-05: the consensus room. Spread and value by rule for each criterion, own mark beside it; never a peer's mark alone (VISIBILITY.md d39).

import { useState } from 'react';
import { useParams } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';
import { Switcher } from '@/ui/switcher';
import page from '@/ui/working-page.module.css';

import { ConsensusCriterion } from './consensus-criterion';
import { EvaluationHeader } from './evaluation-header';
import css from './evaluation.module.css';
import { GridNav } from './grid-nav';
import { isSameValue } from './agreeing';
import { LeaningPanel } from './leaning-panel';
import { LockPanel } from './lock-panel';
import { useConsensus, type Consensus, type ConsensusLot } from './queries';
import { titleOf } from './words-of';

export default function ConsensusPage() {
  const { t } = useWords('evaluation');
  const { tenderId = '' } = useParams();
  const query = useConsensus(tenderId);
  return (
    <QueryView query={query}>
      {(consensus) => (
        <div className="stack">
          <EvaluationHeader tender={consensus} what={t('consensus.what')} isChair={consensus.is_chair} state={consensus.state === 'waiting' ? 'submitted' : consensus.state === 'open' ? 'consensus' : 'locked'} />
          {consensus.state === 'waiting' ? <NotAll consensus={consensus} /> : <Room consensus={consensus} />}
        </div>
      )}
    </QueryView>
  );
}

function NotAll({ consensus }: { consensus: Consensus }) {
  const { t } = useWords('evaluation');
  return (
    <Panel>
      <Empty icon="clock" title={t('consensus.closed')}>
        <p>{t('consensus.closed_why')}</p>
        <p className="num">{t('consensus.submitted', { done: consensus.submitted, total: consensus.seats })}</p>
      </Empty>
    </Panel>
  );
}

function Room({ consensus }: { consensus: Consensus }) {
  const { t } = useWords('evaluation');
  const [lotId, setLot] = useState(consensus.lots[0]?.lot_id ?? '');
  const [criterionId, setCriterion] = useState(consensus.rules.criteria[0]?.id ?? '');
  const lot = consensus.lots.find((one) => one.lot_id === lotId) ?? consensus.lots[0];
  const criterion = consensus.rules.criteria.find((one) => one.id === criterionId) ?? consensus.rules.criteria[0];
  if (lot === undefined || criterion === undefined) return null;
  return (
    <>
      <p className={page['lead']}>{t(`consensus.how.${consensus.rules.aggregation}`, { count: consensus.rules.drop_from ?? 4 })}</p>
      {consensus.state === 'locked' && (
        <Banner tone="good" title={t('consensus.locked')}>
          {t('consensus.locked_why')}
        </Banner>
      )}
      <div className={page['split']} data-crowded>
        <div className={css['gridFrame']}>
          {consensus.lots.length > 1 && (
            <Switcher
              label={t('words:lots')}
              value={lot.lot_id}
              onChange={setLot}
              options={consensus.lots.map((one) => ({ value: one.lot_id, label: t('lot', { number: one.number }) }))}
            />
          )}
          <div className={css['grid']}>
            <CriteriaNav consensus={consensus} lot={lot} present={criterion.id} onGo={setCriterion} />
            <ConsensusCriterion key={`${lot.lot_id}-${criterion.id}`} consensus={consensus} lot={lot} criterion={criterion} />
          </div>
        </div>
        <div className={page['side']}>
          <LockPanel consensus={consensus} />
          <LeaningPanel consensus={consensus} lot={lot} />
        </div>
      </div>
    </>
  );
}

interface CriteriaNavProps {
  consensus: Consensus;
  lot: ConsensusLot;
  present: string;
  onGo: (id: string) => void;
}

/** How many cells of each criterion were agreed otherwise than by the rule. */
function CriteriaNav({ consensus, lot, present, onGo }: CriteriaNavProps) {
  const { t, lang } = useWords('evaluation');
  const changed = (id: string) =>
    lot.offers.flatMap((offer) => offer.criteria).filter((cell) => cell.criterion === id && !isSameValue(cell.rule, cell.value)).length;
  return (
    <GridNav
      label={t('grid.criteria')}
      present={present}
      onGo={onGo}
      stops={consensus.rules.criteria.map((one) => ({
        key: one.id,
        label: `${String(one.number)} · ${titleOf(lang, one)}`,
        note: changed(one.id) > 0 ? t('consensus.changed', { count: changed(one.id) }) : '',
      }))}
    />
  );
}
