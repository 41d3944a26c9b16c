// PL-14, CK-03: claimed, contracted and realised savings of a tender, each against baseline, budget and best start price, with the source of each figure.

import { useState } from 'react';

import { pick } from '@/domain/lang';
import { quantityText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';

import css from './award.module.css';
import { trimmed } from './choosing';
import { percentText } from './figures';
import { FigureSheet } from './figure-sheet';
import { RealiseSheet } from './realise-sheet';
import { useTenderSavings, type CostRow, type LotSavings, type SavingsSheet } from './report-queries';

export function SavingsPanel({ tenderId }: { tenderId: string }) {
  const { t } = useWords('report');
  const savings = useTenderSavings(tenderId);
  return (
    <QueryView query={savings} lines={3}>
      {(sheet) => (
        <>
          <p className="muted">{sheet.lots.length === 0 ? t('savings.none') : t('savings.lead')}</p>
          {sheet.lots.map((lot) => (
            <LotPanel key={lot.lot_id} lot={lot} sheet={sheet} />
          ))}
        </>
      )}
    </QueryView>
  );
}

function LotPanel({ lot, sheet }: { lot: LotSavings; sheet: SavingsSheet }) {
  const { t, lang } = useWords('report');
  const [isOpen, setOpen] = useState(false);
  const title = `${t('savings.title')} · ${String(lot.number)} · ${pick(lang, { zh: lot.title_zh, en: lot.title_en })}`;
  const [isRealising, setRealising] = useState(false);
  const record = (
    <span className="row">
      <Button size="small" onClick={() => setRealising(true)}>
        {t('savings.realise')}
      </Button>
      <Button size="small" icon="plus" onClick={() => setOpen(true)}>
        {t('savings.record')}
      </Button>
    </span>
  );
  return (
    <Panel title={title} actions={sheet.can_record && record}>
      <div className="stack">
        <Facts items={lot.references.map((one) => ({ term: t(`savings.references.${one.reference}`), value: <ReferenceFigure one={one} currency={sheet.currency} /> }))} />
        {lot.rows.length > 0 && <Costs lot={lot} currency={sheet.currency} />}
      </div>
      {isOpen && <FigureSheet lot={lot} sheet={sheet} onClose={() => setOpen(false)} />}
      {isRealising && <RealiseSheet lot={lot} sheet={sheet} onClose={() => setRealising(false)} />}
    </Panel>
  );
}

function ReferenceFigure({ one, currency }: { one: LotSavings['references'][number]; currency: string }) {
  const { t } = useWords('report');
  if (one.amount === null) return <span className="muted">{t('savings.unknown')}</span>;
  return (
    <span className={css['figure']}>
      <Money amount={one.amount} currency={currency} />
      <Origin source={one.source} on={one.as_of} />
    </span>
  );
}

function Origin({ source, on }: { source: string | null; on: string | null }) {
  const { t } = useWords('report');
  if (source === null || source === '') return null;
  return <span className="muted small">{on === null ? source : t('savings.from', { source, on })}</span>;
}

function Costs({ lot, currency }: { lot: LotSavings; currency: string }) {
  const { t } = useWords('report');
  const against = lot.references.map(
    ({ reference }): Column<CostRow> => ({
      key: reference,
      title: t(`savings.against.${reference}`),
      right: true,
      cell: (row) => <SavedFigure row={row} reference={reference} currency={currency} />,
    }),
  );
  return (
    <PlainTable
      caption={t('savings.caption', { lot: lot.number })}
      rows={lot.rows}
      rowKey={(row) => row.certainty}
      columns={[
        { key: 'certainty', title: t('savings.certainty'), cell: (row) => t(`savings.certainties.${row.certainty}`) },
        { key: 'cost', title: t('savings.cost'), right: true, cell: (row) => <CostFigure row={row} lot={lot} currency={currency} /> },
        ...against,
      ]}
    />
  );
}

function CostFigure({ row, lot, currency }: { row: CostRow; lot: LotSavings; currency: string }) {
  const { t, lang } = useWords('report');
  return (
    <span className={css['figure']}>
      <Money amount={row.cost} currency={currency} />
      {row.quantity !== null && <span className="muted small">{t('savings.for_quantity', { quantity: quantityText(lang, trimmed(row.quantity), lot.unit) })}</span>}
      <Origin source={row.source} on={row.as_of} />
    </span>
  );
}

function SavedFigure({ row, reference, currency }: { row: CostRow; reference: string; currency: string }) {
  const { t } = useWords('report');
  const saved = row.against.find((one) => one.reference === reference);
  if (saved === undefined || saved.money === null) return <span className="muted">{t('common:table.none')}</span>;
  return (
    <span className={css['figure']}>
      <Money amount={saved.money} currency={currency} />
      {saved.percent !== null && <span className="muted small num">{percentText(saved.percent)}</span>}
    </span>
  );
}
