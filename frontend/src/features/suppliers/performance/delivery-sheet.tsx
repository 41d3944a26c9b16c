// Recording what arrived under a delivery note; the same number again is a correction, and says so. An order that is not
// wanted any more is cancelled here.

import { useState } from 'react';

import { toHalfWidth } from '@/domain/typed-amount';
import { unitText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField, SelectField, TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useCancelOrder, useRecordDelivery, type Order } from './queries';
import { useFaults } from './use-faults';

const MARKS = ['', '5', '4', '3', '2', '1', '0'] as const;
// suppliers/schemas.py, Reason.
const SHORTEST_REASON = 5;

export function DeliverySheet({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t, lang } = useWords('performance');
  const record = useRecordDelivery(order.id);
  const faultOf = useFaults(record.error);
  const [typed, setTyped] = useState({ number: '', delivered_on: '', accepted: '', rejected: '0', service: '', note: '' });
  const [isCancelling, setCancelling] = useState(false);
  const set = (part: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...part }));
  const isCorrection = order.deliveries.some((one) => one.number === typed.number.trim());
  const isReady = typed.number.trim() !== '' && typed.delivered_on !== '' && typed.accepted.trim() !== '' && typed.rejected.trim() !== '';
  const submit = () => {
    const service = typed.service === '' ? null : Number(typed.service);
    const amounts = { accepted: toHalfWidth(typed.accepted).trim(), rejected: toHalfWidth(typed.rejected).trim() };
    record.mutate({ ...typed, ...amounts, service, is_correction: isCorrection }, { onSuccess: onClose });
  };
  if (isCancelling) return <CancelSheet order={order} onClose={onClose} />;
  return (
    <Sheet
      title={t('delivery.title', { number: order.number })}
      onClose={onClose}
      foot={
        <>
          <Button look="danger" onClick={() => setCancelling(true)}>
            {t('order.cancel')}
          </Button>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" disabled={!isReady} busy={record.isPending} onClick={submit}>
            {t(isCorrection ? 'delivery.correct' : 'delivery.record')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <ProblemAlert error={record.error} />
        {isCorrection && (
          <Banner tone="warn" role="note">
            {t('delivery.is_correction')}
          </Banner>
        )}
        <TextField label={t('delivery.number')} value={typed.number} maxLength={60} error={faultOf('delivery_number')} onChange={(event) => set({ number: event.target.value })} />
        <TextField label={t('delivery.on')} type="date" value={typed.delivered_on} error={faultOf('delivered_on')} onChange={(event) => set({ delivered_on: event.target.value })} />
        <TextField label={t('order.accepted')} inputMode="decimal" inside={unitText(lang, order.unit)} value={typed.accepted} error={faultOf('accepted')} onChange={(event) => set({ accepted: event.target.value })} />
        <TextField label={t('order.rejected')} inputMode="decimal" inside={unitText(lang, order.unit)} value={typed.rejected} error={faultOf('rejected')} onChange={(event) => set({ rejected: event.target.value })} />
        <SelectField
          label={t('delivery.service')}
          optional
          value={typed.service}
          options={MARKS.map((mark) => ({ value: mark, label: mark === '' ? t('delivery.no_mark') : mark }))}
          onChange={(event) => set({ service: event.target.value })}
        />
        <AreaField label={t('delivery.note')} optional value={typed.note} maxLength={1000} error={faultOf('note')} onChange={(event) => set({ note: event.target.value })} />
      </div>
    </Sheet>
  );
}

function CancelSheet({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useWords('performance');
  const cancel = useCancelOrder(order.id);
  const [reason, setReason] = useState('');
  const isShort = reason.trim().length < SHORTEST_REASON;
  return (
    <Sheet
      title={t('order.cancel_title', { number: order.number })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="danger" disabled={isShort} busy={cancel.isPending} onClick={() => cancel.mutate(reason.trim(), { onSuccess: onClose })}>
            {t('order.cancel')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{t('order.cancel_effect')}</p>
        <ProblemAlert error={cancel.error} />
        <AreaField label={t('order.reason')} value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />
      </div>
    </Sheet>
  );
}
