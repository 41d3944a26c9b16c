// Entering a purchase order: one promise, or one for each part.

import { useState } from 'react';

import { useCategoryNames } from '@/api/categories';
import { pickName } from '@/domain/lang';
import { toHalfWidth } from '@/domain/typed-amount';
import { UNITS } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useSuppliers } from '../queries';
import { useContractsInForce, useEnterOrder } from './queries';
import { useFaults } from './use-faults';

const EVERYBODY = { q: '', state: null, category: null };
const NOTHING = { supplier_id: '', number: '', category: '', item: '', unit: UNITS[0] as string };
const NO_CONTRACT = '';

export function OrderSheet({ onClose }: { onClose: () => void }) {
  const { t, lang } = useWords('performance');
  const { list } = useCategoryNames();
  const suppliers = useSuppliers(EVERYBODY).data?.pages.flatMap((page) => page.items) ?? [];
  const enter = useEnterOrder();
  const faultOf = useFaults(enter.error);
  const [typed, setTyped] = useState(NOTHING);
  const [contract, setContract] = useState(NO_CONTRACT);
  const contracts = useContractsInForce(typed.supplier_id).data ?? [];
  const [promises, setPromises] = useState([{ on: '', quantity: '' }]);
  const set = (part: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...part }));
  const setPromise = (place: number, part: Partial<{ on: string; quantity: string }>) =>
    setPromises((before) => before.map((one, at) => (at === place ? { ...one, ...part } : one)));
  const isReady = Object.values(typed).every((text) => text.trim() !== '') && promises.every((one) => one.on !== '' && one.quantity.trim() !== '');
  const submit = () => {
    const parts = promises.map((one) => ({ on: one.on, quantity: toHalfWidth(one.quantity).trim() }));
    enter.mutate({ ...typed, contract, promises: parts }, { onSuccess: onClose });
  };
  const choose = { value: '', label: t('order.choose') };
  return (
    <Sheet
      title={t('order.enter')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" disabled={!isReady} busy={enter.isPending} onClick={submit}>
            {t('order.enter')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <ProblemAlert error={enter.error} />
        <SelectField
          label={t('order.supplier')}
          value={typed.supplier_id}
          options={[choose, ...suppliers.map((one) => ({ value: one.id, label: pickName(lang, one) }))]}
          onChange={(event) => {
            set({ supplier_id: event.target.value });
            setContract(NO_CONTRACT);
          }}
        />
        {contracts.length > 0 && (
          <SelectField
            label={t('order.contract')}
            hint={t('order.contract_hint')}
            value={contract}
            error={faultOf('contract')}
            options={[{ value: NO_CONTRACT, label: t('order.no_contract') }, ...contracts.map((one) => ({ value: one.reference, label: one.reference }))]}
            onChange={(event) => setContract(event.target.value)}
          />
        )}
        <TextField label={t('order.number')} value={typed.number} maxLength={60} error={faultOf('order_number')} onChange={(event) => set({ number: event.target.value })} />
        <SelectField
          label={t('order.category')}
          value={typed.category}
          error={faultOf('category')}
          options={[choose, ...list.map((one) => ({ value: one.code, label: pickName(lang, one) }))]}
          onChange={(event) => set({ category: event.target.value })}
        />
        <TextField label={t('order.item')} value={typed.item} maxLength={200} error={faultOf('item')} onChange={(event) => set({ item: event.target.value })} />
        <TextField label={t('order.unit')} value={typed.unit} maxLength={20} error={faultOf('unit')} onChange={(event) => set({ unit: event.target.value })} />
        {promises.map((one, place) => (
          <fieldset key={place} className="stack-tight">
            <legend>{t('order.promise', { number: place + 1 })}</legend>
            <TextField label={t('order.promised_on')} type="date" value={one.on} error={faultOf('promised_on')} onChange={(event) => setPromise(place, { on: event.target.value })} />
            <TextField label={t('order.quantity')} inputMode="decimal" value={one.quantity} error={faultOf('quantity')} onChange={(event) => setPromise(place, { quantity: event.target.value })} />
          </fieldset>
        ))}
        <div className="row">
          <Button size="small" icon="plus" onClick={() => setPromises((before) => [...before, { on: '', quantity: '' }])}>
            {t('order.add_promise')}
          </Button>
          {promises.length > 1 && (
            <Button size="small" onClick={() => setPromises((before) => before.slice(0, -1))}>
              {t('order.drop_promise')}
            </Button>
          )}
        </div>
      </div>
    </Sheet>
  );
}
