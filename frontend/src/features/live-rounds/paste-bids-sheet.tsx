// Paste from a spreadsheet (SCREENS.md LR-29): every row as it was read, old → new, with its fault; then into the grid.
// Nothing is sent from here, and no magnitude changes unseen.
import { useState } from 'react';

import { percentChange, rescale, scaleOf, type Amount } from '@/domain/money';
import { readPasted, type NumberStyle, type Pasted, type PastedRow } from '@/domain/pasted-bids';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { AreaField, SelectField } from '@/ui/field';
import { PlainTable, type Column } from '@/ui/plain-table';
import { Sheet } from '@/ui/sheet';
import { Switcher } from '@/ui/switcher';
import { Tag } from '@/ui/state-tag';

import { referenceOf } from './bid-check';
import type { GridRow } from './grid-rows';
import { lotTitle, moneyText } from './lot-view';
import { countedAs, type OwnCurrency } from './own-currency';
import css from './lots-grid.module.css';
import type { RoundInfo } from './room-data';

interface PasteBidsSheetProps {
  info: RoundInfo;
  rows: readonly GridRow[];
  own: OwnCurrency;
  onTake: (amounts: ReadonlyMap<string, Amount>) => void;
  onClose: () => void;
}

export function PasteBidsSheet({ info, rows, own, onTake, onClose }: PasteBidsSheetProps) {
  const { t } = useWords('live-rounds');
  const [text, setText] = useState('');
  const [style, setStyle] = useState<NumberStyle>('unstated');
  const [column, setColumn] = useState<number | null>(null);
  const lots = rows.map(({ lot }) => ({ id: lot.facts.id, number: lot.facts.number, scale: lot.facts.scale, titles: [lot.facts.title_zh, lot.facts.title_en] }));
  const pasted = readPasted(text, lots, style, column ?? undefined);
  const amounts = new Map(pasted.rows.flatMap((row) => (row.fault === null && row.lotId !== null && row.amount !== null ? [[row.lotId, row.amount] as const] : [])));
  return (
    <Sheet
      title={t('grid.paste_title')}
      wide
      onClose={onClose}
      foot={
        <div className="row">
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button
            look="primary"
            disabled={amounts.size === 0}
            onClick={() => {
              onTake(amounts);
              onClose();
            }}
          >
            {t('grid.take', { count: amounts.size })}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <AreaField
          label={t('grid.paste_here')}
          hint={t('grid.paste_hint')}
          rows={4}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setColumn(null);
          }}
        />
        <div className="row">
          <span className="small">{t('grid.style')}</span>
          <Switcher
            label={t('grid.style')}
            value={style}
            onChange={setStyle}
            options={(['unstated', 'point', 'comma'] as const).map((value) => ({ value, label: t(`grid.style_${value}`) }))}
          />
        </div>
        {pasted.columns > 1 && <ColumnField pasted={pasted} onColumn={setColumn} />}
        {pasted.rows.length > 0 && <Preview pasted={pasted} rows={rows} info={info} own={own} />}
      </div>
    </Sheet>
  );
}

function ColumnField({ pasted, onColumn }: { pasted: Pasted; onColumn: (column: number) => void }) {
  const { t } = useWords('live-rounds');
  const options = Array.from({ length: pasted.columns }, (_, at) => ({ value: String(at), label: t('grid.column_of', { number: at + 1 }) }));
  return <SelectField label={t('grid.column')} hint={t('grid.column_hint')} value={String(pasted.column)} options={options} onChange={(event) => onColumn(Number(event.target.value))} />;
}

function Preview({ pasted, rows, info, own }: { pasted: Pasted; rows: readonly GridRow[]; info: RoundInfo; own: OwnCurrency }) {
  const { t, lang } = useWords('live-rounds');
  const lotOf = (row: PastedRow) => rows.find((each) => each.lot.facts.id === row.lotId)?.lot;
  const { currency } = info.tender;
  const columns: Column<PastedRow>[] = [
    { key: 'line', title: t('grid.line'), cell: (row) => row.line },
    { key: 'cells', title: t('grid.cells'), cell: (row) => <span className={css['cells']}>{row.cells.join(' | ')}</span> },
    {
      key: 'lot',
      title: t('grid.lot'),
      cell: (row) => {
        const lot = lotOf(row);
        return lot === undefined ? t('grid.nothing') : `${String(lot.facts.number)} · ${lotTitle(lang, lot.facts)}`;
      },
    },
    {
      key: 'old',
      title: t('grid.own'),
      right: true,
      cell: (row) => {
        const last = lotOf(row)?.state.own_amount ?? null;
        return last === null ? t('grid.nothing') : moneyText(last, currency);
      },
    },
    { key: 'new', title: t('grid.new'), right: true, cell: (row) => (row.amount === null ? t('grid.nothing') : <strong>{moneyText(rescale(row.amount, lotOf(row)?.facts.scale ?? scaleOf(row.amount)), own.code)}</strong>) },
    {
      key: 'change',
      title: t('grid.change'),
      right: true,
      cell: (row) => {
        const lot = lotOf(row);
        const change = lot === undefined || row.amount === null ? null : percentChange(referenceOf(lot), countedAs(own, row.amount, lot.facts.scale));
        return change === null ? t('grid.nothing') : `${change.replace('-', '−')}\u00a0%`;
      },
    },
    { key: 'fault', title: t('grid.read'), cell: (row) => (row.fault === null ? <Tag tone="good">{t('grid.fine')}</Tag> : <span className={css['fault']}>{t(`grid.faults.${row.fault}`)}</span>) },
  ];
  return <PlainTable caption={t('grid.paste_title')} columns={columns} rows={pasted.rows} rowKey={(row) => String(row.line)} />;
}
