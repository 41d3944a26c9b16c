// The secret reserve prices of a published tender: that they are sealed and by what they are bound, later figure and outcome.

import { boundLots, mayReadReserves, useReserves, type BoundLot, type LotReserve } from '@/api/reserves';
import { useWords } from '@/i18n/use-words';

import { Money } from './money';
import { Panel } from './panel';
import css from './reserve-panel.module.css';
import { QueryView } from './query-view';
import { Tag } from './state-tag';

interface ReservePanelProps {
  tender: { id: string; hat: string; phase: string; state: string; document: unknown };
}

export function ReservePanel({ tender }: ReservePanelProps) {
  const { t } = useWords();
  const bound = boundLots(tender.document);
  if (bound.length === 0) return null;
  const isEnded = !'PVWZ'.includes(tender.phase) && ['cancelled', 'unsuccessful'].includes(tender.state);
  return (
    <Panel title={t('words:reserve.title')}>
      {mayReadReserves(tender) ? (
        <Opened tenderId={tender.id} currency={(tender.document as { currency: string }).currency} />
      ) : (
        <div className="stack-tight">
          <p>{t(isEnded ? 'words:reserve.never' : 'words:reserve.sealed')}</p>
          <Commitments lots={bound} />
        </div>
      )}
    </Panel>
  );
}

function Opened({ tenderId, currency }: { tenderId: string; currency: string }) {
  const { t } = useWords();
  const reserves = useReserves(tenderId, true);
  return (
    <QueryView query={reserves} lines={2}>
      {(lots) => (
        <div className="stack-tight">
          <ReserveLines lots={lots} currency={currency} />
          <p className="small muted">{t('words:reserve.follows')}</p>
          <Commitments lots={lots.map((lot) => ({ id: lot.lot_id, number: lot.number, ...(lot.commitment === null ? {} : { reserve_commitment: lot.commitment }) }))} />
        </div>
      )}
    </QueryView>
  );
}

interface ReserveLinesProps {
  lots: readonly LotReserve[];
  currency: string;
  /** By number of lot, whether what is awarded meets it: said in place of the best price. */
  awards?: ReadonlyMap<number, boolean | undefined>;
}

/** One line a lot: the figure, and whether the best price, or the award, meets it. */
export function ReserveLines({ lots, currency, awards }: ReserveLinesProps) {
  const { t } = useWords();
  return (
    <ul className={css['lines']}>
      {lots.map((lot) => (
        <li key={lot.lot_id}>
          <span className="muted">{t('words:reserve.lot', { number: lot.number })}</span>
          {lot.amount === null ? <span>{t(lot.is_altered ? 'words:reserve.altered' : 'words:reserve.not_yet')}</span> : <strong><Money amount={lot.amount} currency={currency} /></strong>}
          <Outcome isMet={awards?.get(lot.number) ?? lot.is_met} isAward={awards?.get(lot.number) !== undefined} />
        </li>
      ))}
    </ul>
  );
}

function Outcome({ isMet, isAward }: { isMet: boolean | null; isAward: boolean }) {
  const { t } = useWords();
  if (isMet === null) return null;
  const said = isAward ? (isMet ? 'award_met' : 'award_above') : isMet ? 'met' : 'not_met';
  return <Tag tone={isMet ? 'good' : 'warn'}>{t(`words:reserve.${said}`)}</Tag>;
}

function Commitments({ lots }: { lots: readonly BoundLot[] }) {
  const { t } = useWords();
  return (
    <details className={css['proof']}>
      <summary>{t('words:reserve.commitment')}</summary>
      {lots.map((lot) => (
        <p key={lot.id} className="small">
          {t('words:reserve.lot', { number: lot.number })} <code className={css['hash']}>{lot.reserve_commitment}</code>
        </p>
      ))}
    </details>
  );
}
