// What the own bid is ranked by, where that is not the price alone: own figures only (SCREENS.md LR-14).
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Panel } from '@/ui/panel';

import { figureText, moneyText, plainDecimal, type LotView } from './lot-view';
import type { OwnScore } from './messages';
import type { RoundInfo } from './room-data';

export function ScorePanel({ info, lot }: { info: RoundInfo; lot: LotView }) {
  const { score } = lot.state;
  if (score === undefined || score === null) return null;
  if (info.rules.basis !== 'points') return <RankedBy info={info} lot={lot} score={score} />;
  return score.technical === null ? null : <OwnPoints info={info} lot={lot} score={score} />;
}

interface OwnProps {
  info: RoundInfo;
  lot: LotView;
  score: OwnScore;
}

function RankedBy({ info: { rules, tender }, lot, score }: OwnProps) {
  const { t } = useWords('live-rounds');
  const isAdded = rules.basis === 'bonus_malus';
  const feature = featureText(score.feature ?? '0', isAdded ? rules.factors?.measure : undefined, tender.currency);
  return (
    <Panel title={t('score.ranked_by')}>
      <div className="stack">
        <Facts
          items={[
            { term: t(isAdded ? 'score.addition' : 'score.features'), value: feature },
            { term: t('score.figure'), value: score.figure === null ? t('score.after_bid') : figureText(score.figure, lot.facts.scale, tender.currency) },
          ]}
        />
        <p className="muted small">{t('score.pays')}</p>
      </div>
    </Panel>
  );
}

function OwnPoints({ info: { rules, tender, weights }, lot, score }: OwnProps) {
  const { t } = useWords('live-rounds');
  const weighed = (value: string | null, weight: string | undefined) => (value === null ? t('score.hidden') : weight === undefined ? value : t('score.weighed', { value, weight }));
  const leadsAt = score.leads_at === null ? t('score.hidden') : moneyText(score.leads_at, tender.currency);
  return (
    <Panel title={t('score.own_points')}>
      <div className="stack">
        <Facts
          items={[
            { term: t('score.technical'), value: weighed(score.technical, weights?.technical) },
            { term: t('score.price_points'), value: weighed(score.price_points, weights?.price) },
            ...(score.bonus === null ? [] : [{ term: t('score.bonus'), value: signed(score.bonus) }]),
            { term: t('score.total'), value: <b className="num">{score.total ?? t('score.hidden')}</b> },
            ...(rules.tells_lead ? [{ term: t('score.leads_at'), value: lot.state.leading ? t('focal.leading') : leadsAt }] : []),
          ]}
        />
        {rules.tells_lead && score.total === null && <p className="muted small">{t('score.from_five')}</p>}
      </div>
    </Panel>
  );
}

function signed(value: string): string {
  const plain = plainDecimal(value);
  return plain.startsWith('-') ? plain.replace('-', '−') : plain === '0' ? plain : `+${plain}`;
}

function featureText(feature: string, measure: 'money' | 'percent' | null | undefined, currency: string): string {
  if (measure === 'percent') return `${signed(feature)} %`;
  if (measure !== 'money') return plainDecimal(feature);
  return `${feature.startsWith('-') ? '' : '+'}${moneyText(feature, currency)}`;
}
