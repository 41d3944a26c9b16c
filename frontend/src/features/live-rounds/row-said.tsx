// Under a row of the grid: why it does not go as it is, the yes it waits for, or what became of the bid that was sent.
import { amountInWords } from '@/domain/amount-words';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Tag } from '@/ui/state-tag';

import type { GridRow } from './grid-rows';
import { moneyText } from './lot-view';
import css from './lots-grid.module.css';
import type { OutboxBid } from './outbox';
import type { RoundInfo } from './room-data';
import { suspicionText } from './suspicion-text';

interface RowSaidProps {
  row: GridRow;
  info: RoundInfo;
  onMeant: (amount: string | null) => void;
  onOpen: () => void;
}

export function RowSaid(props: RowSaidProps) {
  const { row, info } = props;
  if (row.state === 'wrong') return <Said tone="bad">{<Wrong {...props} />}</Said>;
  if (row.state === 'apart') return <Said tone="warn">{<Apart {...props} />}</Said>;
  if (row.guard?.level === 'confirm' && (row.state === 'doubt' || row.state === 'ready')) return <Said tone="warn">{<Doubt {...props} />}</Said>;
  if (row.sent !== null && row.draft.amount === '') return <Said tone="calm">{<Sent bid={row.sent} info={info} />}</Said>;
  return null;
}

function Said({ tone, children }: { tone: 'bad' | 'warn' | 'calm'; children: React.ReactNode }) {
  return (
    <tr className={[css['said'], css[tone]].join(' ')}>
      <td />
      <td colSpan={7}>
        <div className={css['words']}>{children}</div>
      </td>
    </tr>
  );
}

function Wrong({ row, info }: RowSaidProps) {
  const { t } = useWords('live-rounds');
  if (row.verdict === null || row.verdict.ok) return null;
  const { currency } = info.tender;
  return <span>{t(`fault.${row.verdict.code}`, { nearest: moneyText(row.verdict.nearest, currency), step: moneyText(row.bounds?.leastStep ?? '0', currency) })}</span>;
}

function Why({ row, info }: RowSaidProps) {
  const words = useWords('live-rounds');
  return row.guard?.suspicions.map((one) => <span key={one.kind}>{suspicionText(one, row.lot.facts, info.tender, words)}</span>);
}

/** So far off that it is typed twice, or not sent at all, on the lot's own field. */
function Apart(props: RowSaidProps) {
  const { t } = useWords('live-rounds');
  return (
    <>
      <span>{t('grid.apart')}</span>
      <Why {...props} />
      <Button size="small" onClick={props.onOpen}>
        {t('grid.open')}
      </Button>
    </>
  );
}

function Doubt(props: RowSaidProps) {
  const { row, info, onMeant } = props;
  const { t, lang } = useWords('live-rounds');
  const { amount } = row;
  const meant = row.verdict?.ok === true ? row.verdict.amount : amount;
  return (
    <>
      <Why {...props} />
      <label className={css['yes']}>
        <input type="checkbox" checked={row.state === 'ready'} onChange={(event) => onMeant(event.target.checked ? meant : null)} />
        {t('grid.meant', { amount: moneyText(amount, info.tender.currency), words: amountInWords(amount, info.tender.currency, lang) })}
      </label>
    </>
  );
}

const TONES = { sending: 'calm', unknown: 'warn', accepted: 'good', refused: 'bad', unsent: 'warn' } as const;

function Sent({ bid, info }: { bid: OutboxBid; info: RoundInfo }) {
  const { t, find } = useWords('live-rounds');
  const { currency } = info.tender;
  const next = bid.detail?.['next_valid'];
  return (
    <span className="row" role="status">
      <Tag tone={TONES[bid.state]}>{t(`outbox.${bid.state}`)}</Tag>
      {moneyText(bid.amount, currency)}
      {typeof bid.sent === 'string' && <span>{t('foreign.sent', { sent: bid.sent })}</span>}
      {bid.state === 'refused' && <span>{find(`codes:${bid.code ?? ''}`, t('codes:UNEXPECTED'), { ...bid.detail })}</span>}
      {bid.state === 'refused' && next !== undefined && <span>{t('outbox.next_valid', { amount: moneyText(next, currency) })}</span>}
    </span>
  );
}
