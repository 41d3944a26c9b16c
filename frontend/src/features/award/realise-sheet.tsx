// Recording what the deliveries of some orders realised of a lot: those of its contract are offered, others are typed.

import { useState } from 'react';

import { asProblem } from '@/api/problem';
import { pickName } from '@/domain/lang';
import { quantityText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { CheckField, TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { trimmed } from './choosing';
import { useContractOrders, useRealise, type LotSavings, type SavingsSheet } from './report-queries';

interface RealiseSheetProps {
  lot: LotSavings;
  sheet: SavingsSheet;
  onClose: () => void;
}

export function RealiseSheet({ lot, sheet, onClose }: RealiseSheetProps) {
  const { t, lang } = useWords('report');
  const offered = useContractOrders(sheet.reference).data?.orders.filter((one) => one.state === 'open') ?? [];
  const realise = useRealise(sheet.tender_id);
  const sayWhy = useRefusalWords();
  // All of its contract until one is taken out.
  const [left, setLeft] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState('');
  const [isAsked, setAsked] = useState(false);
  const others = typed.split(/[\s,，、;；]+/u).filter((one) => one !== '');
  const chosen = [...offered.map((one) => one.number).filter((number) => !left.includes(number)), ...others];
  const send = () => {
    setAsked(true);
    if (chosen.length === 0) return;
    realise.mutate(
      { lot_id: lot.lot_id, orders: chosen },
      {
        onSuccess: () => {
          announce(t('savings.kept'));
          onClose();
        },
      },
    );
  };
  const toggle = (number: string) => setLeft((before) => (before.includes(number) ? before.filter((one) => one !== number) : [...before, number]));
  return (
    <Sheet
      title={t('savings.realise_title', { lot: lot.number })}
      onClose={onClose}
      foot={
        <Button look="primary" busy={realise.isPending} onClick={send}>
          {t('savings.save')}
        </Button>
      }
    >
      <div className="stack">
        <ProblemAlert error={realise.error} title={sayWhy(realise.error)} />
        <p>{t('savings.realise_lead')}</p>
        {offered.length === 0 ? (
          <p className="muted">{t('savings.no_orders')}</p>
        ) : (
          <fieldset className="stack-tight">
            <legend>{t('savings.orders_of')}</legend>
            {offered.map((one) => (
              <CheckField
                key={one.id}
                label={`${one.number} · ${pickName(lang, one)} · ${t('savings.accepted_of', { accepted: quantityText(lang, trimmed(one.accepted), one.unit) })}`}
                checked={!left.includes(one.number)}
                onChange={() => toggle(one.number)}
              />
            ))}
          </fieldset>
        )}
        <TextField
          label={t('savings.other_orders')}
          hint={t('savings.other_hint')}
          value={typed}
          error={isAsked && chosen.length === 0 ? t('savings.nothing_chosen') : null}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
    </Sheet>
  );
}

/** What the service refuses here, in words of this sheet. */
function useRefusalWords(): (error: unknown) => string | undefined {
  const { t } = useWords('report');
  return (error) => {
    if (!error) return undefined;
    const { code, detail } = asProblem(error);
    const order = detail['order'] ?? '';
    if (code === 'NOT_ALLOWED_HERE' && order !== '') {
      return t(detail['because'] === 'other_contract' ? 'savings.realise_refused.other_contract' : 'savings.realise_refused.orders', { order });
    }
    if (code === 'INCOMPLETE') return t('savings.realise_refused.nothing');
    if (code === 'MIXED_UNITS') return t('savings.realise_refused.units');
    return code === 'OUT_OF_RANGE' ? t('savings.realise_refused.more') : undefined;
  };
}
