// One criterion across all offers: how far the marks lie apart, what the rule makes of them, what is agreed.

import { offerNumber } from '@/domain/technical-offers';
import { useWords } from '@/i18n/use-words';
import { Tag } from '@/ui/state-tag';

import { AgreeForm } from './agree-form';
import { shareOf } from './agreeing';
import css from './evaluation.module.css';
import { Levels } from './levels';
import type { Consensus, ConsensusCell, ConsensusLot, Criterion } from './queries';
import { plain, titleOf } from './words-of';

interface ConsensusCriterionProps {
  consensus: Consensus;
  lot: ConsensusLot;
  criterion: Criterion;
}

export function ConsensusCriterion({ consensus, lot, criterion }: ConsensusCriterionProps) {
  const { t, lang } = useWords('evaluation');
  const cells = lot.offers.flatMap((offer) => offer.criteria).filter((cell) => cell.criterion === criterion.id);
  return (
    <section className={css['sheet']} aria-label={titleOf(lang, criterion)}>
      <div className={css['sheetHead']}>
        <div className="spread">
          <h2>{`${String(criterion.number)} · ${titleOf(lang, criterion)}`}</h2>
          <span className="small muted">{t('grid.weight', { weight: plain(criterion.weight) })}</span>
        </div>
        {cells.some((cell) => cell.lowest === null) && <p className="small muted">{t('consensus.no_range')}</p>}
      </div>
      <Levels criterion={criterion} sticks />
      {lot.offers.map((offer) => {
        const cell = offer.criteria.find((one) => one.criterion === criterion.id);
        if (cell === undefined) return null;
        const name = t('offer', { number: offerNumber(offer.alias) });
        return (
          <article key={offer.alias} className={css['card']} aria-label={t('grid.cell', { offer: name, number: criterion.number })}>
            <header className={css['cardHead']}>
              <h3>{name}</h3>
            </header>
            <div className={css['cardBody']}>
              <Spread cell={cell} />
              {consensus.state === 'open' ? (
                <AgreeForm tenderId={consensus.tender_id} lotId={lot.lot_id} alias={offer.alias} cell={cell} />
              ) : (
                <Agreed cell={cell} />
              )}
            </div>
          </article>
        );
      })}
    </section>
  );
}

/** The picture repeats the words beside it. */
function Spread({ cell }: { cell: ConsensusCell }) {
  const { t } = useWords('evaluation');
  const { lowest, highest } = cell;
  const figures = [
    { term: t('consensus.count'), value: String(cell.count) },
    ...(lowest === null || highest === null ? [] : [{ term: t('consensus.range'), value: lowest === highest ? String(lowest) : `${String(lowest)} – ${String(highest)}` }]),
    { term: t('consensus.own'), value: cell.own === null ? t('common:table.none') : String(cell.own) },
    { term: t('consensus.rule'), value: cell.rule },
  ];
  return (
    <div className={css['spread']}>
      <div className={css['scale']} aria-hidden="true">
        {lowest !== null && highest !== null && (
          <span className={css['range']} style={{ left: `${String(lowest * 20)}%`, width: `${String((highest - lowest) * 20)}%` }} />
        )}
        <span className={css['rule']} style={{ left: `${String(shareOf(cell.rule))}%` }} />
      </div>
      <dl className={css['figures']}>
        {figures.map(({ term, value }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {cell.is_outlier && (
        <p>
          <Tag tone="warn">{t('consensus.outlier')}</Tag>
        </p>
      )}
    </div>
  );
}

function Agreed({ cell }: { cell: ConsensusCell }) {
  const { t } = useWords('evaluation');
  return (
    <div className="stack-tight">
      <p>
        <span className="muted">{t('consensus.agreed')}</span> <strong className="num">{cell.value}</strong>
      </p>
      {cell.reason !== '' && <blockquote className={css['said']}>{cell.reason}</blockquote>}
    </div>
  );
}
