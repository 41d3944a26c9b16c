// Bias across offers: how far the own marks lie off the panel's medians, and how many evaluators lean; nobody is named (VISIBILITY.md d39).

import { offerNumber } from '@/domain/technical-offers';
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';
import { Tag } from '@/ui/state-tag';

import css from './evaluation.module.css';
import { signed } from './agreeing';
import type { Consensus, ConsensusLot, Leaning } from './queries';

export function LeaningPanel({ consensus, lot }: { consensus: Consensus; lot: ConsensusLot }) {
  const { t } = useWords('evaluation');
  if (consensus.leaning === null) {
    return (
      <Panel title={t('leaning.title')}>
        <p className="small muted">{t('leaning.too_few')}</p>
      </Panel>
    );
  }
  return (
    <Panel title={t('leaning.title')}>
      <div className="stack-tight">
        <p className="small muted">{t('leaning.what')}</p>
        <table className={css['pointTable']}>
          <caption className="visually-hidden">{t('leaning.title')}</caption>
          <thead className="small muted">
            <tr>
              <th scope="col">{t('leaning.where')}</th>
              <td>{t('leaning.own')}</td>
              <td>{t('leaning.evaluators')}</td>
            </tr>
          </thead>
          <tbody>
            <Line name={t('leaning.overall')} leaning={consensus.leaning} />
            {lot.offers.map((offer) => offer.leaning && <Line key={offer.alias} name={t('offer', { number: offerNumber(offer.alias) })} leaning={offer.leaning} />)}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Line({ name, leaning }: { name: string; leaning: Leaning }) {
  const own = signed(leaning.own);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="num">{leaning.is_leaning ? <Tag tone="warn">{own}</Tag> : own}</td>
      <td className="num">{leaning.evaluators}</td>
    </tr>
  );
}
