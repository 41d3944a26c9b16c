// Recording a budget, a contracted or a realised amount with its source and day; nothing recorded is ever changed.

import { useState } from 'react';

import { quantityText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { MoneyInput } from '@/ui/money-input';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { trimmed } from './choosing';
import { useRecordFigure, type FigureKind, type LotSavings, type SavingsSheet } from './report-queries';

const KINDS: readonly FigureKind[] = ['budget', 'contracted', 'realised'];
// What a lot's quantity may have after the point.
const QUANTITY_SCALE = 4;

interface FigureSheetProps {
  lot: LotSavings;
  sheet: SavingsSheet;
  onClose: () => void;
}

export function FigureSheet({ lot, sheet, onClose }: FigureSheetProps) {
  const { t, lang } = useWords('report');
  const record = useRecordFigure(sheet.tender_id);
  const [kind, setKind] = useState<FigureKind>('budget');
  const [amount, setAmount] = useState('');
  const [quantity, setQuantity] = useState('');
  const [source, setSource] = useState('');
  const [asOf, setAsOf] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isRealised = kind === 'realised';
  const isWhole = amount !== '' && source.trim() !== '' && asOf !== '' && (!isRealised || quantity !== '');
  const missing = (value: string) => (isAsked && value.trim() === '' ? t('common:form.required') : null);
  const send = () => {
    setAsked(true);
    if (!isWhole) return;
    const body = { lot_id: lot.lot_id, kind, amount, source, as_of: asOf, quantity: isRealised ? quantity : null };
    record.mutate(body, {
      onSuccess: () => {
        announce(t('savings.kept'));
        onClose();
      },
    });
  };
  return (
    <Sheet
      title={t('savings.record_title', { lot: lot.number })}
      onClose={onClose}
      foot={
        <Button look="primary" busy={record.isPending} onClick={send}>
          {t('savings.save')}
        </Button>
      }
    >
      <div className="stack">
        <ProblemAlert error={record.error} />
        <SelectField
          label={t('savings.kind')}
          hint={t('savings.too_early')}
          value={kind}
          options={KINDS.map((each) => ({ value: each, label: t(`savings.kinds.${each}`) }))}
          onChange={(event) => setKind(event.target.value as FigureKind)}
        />
        <MoneyInput
          label={t(isRealised ? 'savings.amount_realised' : 'savings.amount')}
          scale={2}
          currency={sheet.currency}
          value={amount}
          onChange={setAmount}
          error={missing(amount)}
        />
        {isRealised && (
          <MoneyInput
            label={t('savings.quantity')}
            hint={t('savings.quantity_hint', { quantity: quantityText(lang, trimmed(lot.quantity), lot.unit) })}
            scale={QUANTITY_SCALE}
            unit={lot.unit}
            value={quantity}
            onChange={setQuantity}
            error={missing(quantity)}
          />
        )}
        <TextField label={t('savings.source')} hint={t('savings.source_hint')} maxLength={200} value={source} error={missing(source)} onChange={(event) => setSource(event.target.value)} />
        <TextField label={t('savings.as_of')} type="date" value={asOf} error={missing(asOf)} onChange={(event) => setAsOf(event.target.value)} />
      </div>
    </Sheet>
  );
}
