// One criterion across all offers: how far the marks lie apart, what the rule makes of them, what is agreed.

import { offerNumber } from '@/domain/technical-offers';
import { useWords } from '@/i18n/use-words';
import { Instant } from '@/ui/instant';
import { Tag } from '@/ui/state-tag';

import { AgreeForm } from './agree-form';
import { shareOf } from './agreeing';
import { CriterionWeight } from './criterion-weight';
import css from './evaluation.module.css';
import { Levels } from './levels';
import type { Consensus, ConsensusCell, ConsensusLot, Criterion } from './queries';
import { titleOf } from './words-of';

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
          <CriterionWeight rules={consensus.rules} criterion={criterion} />
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
              <div className="stack-tight">
                {consensus.state === 'open' ? (
                  <AgreeForm tenderId={consensus.tender_id} lotId={lot.lot_id} alias={offer.alias} cell={cell} />
                ) : (
                  <p>
                    <span className="muted">{t('consensus.agreed')}</span> <strong className="num">{cell.value}</strong>
                  </p>
                )}
                {cell.changes.length > 0 && <Changes cell={cell} />}
              </div>
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
  const { lowest, median, highest } = cell;
  const figures = [
    { term: t('consensus.count'), value: String(cell.count) },
    ...(lowest === null || median === null || highest === null ? [] : [{ term: t('consensus.range'), value: `${String(lowest)} – ${median} – ${String(highest)}` }]),
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
      {cell.outliers !== null && cell.outliers > 0 && <p className="small">{t('consensus.outliers', { count: cell.outliers })}</p>}
      {cell.is_outlier && (
        <p className="small">
          <Tag tone="warn">{t('words:outlier')}</Tag> {t('consensus.outlier')}
        </p>
      )}
    </div>
  );
}

/** The value by rule is the original; every change of it stays, with its reason and by nobody's name. */
function Changes({ cell }: { cell: ConsensusCell }) {
  const { t } = useWords('evaluation');
  return (
    <ol className={css['changes']} aria-label={t('consensus.changes')}>
      {cell.changes.map((change, at) => (
        <li key={at} className="small">
          <span>
            <span className="num">{t('consensus.change', { before: change.before, value: change.value })}</span>{' '}
            <span className="muted">
              <Instant at={change.at} />
            </span>
          </span>
          {change.reason === '' ? <span className="muted">{t('consensus.by_rule_again')}</span> : <blockquote className={css['said']}>{change.reason}</blockquote>}
        </li>
      ))}
    </ol>
  );
}
