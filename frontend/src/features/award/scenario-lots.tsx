// DR-05: what holds for one lot alone, and what one supplier can make, named by its alias.

import { pick } from '@/domain/lang';
import { unitText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';

import { customShares, USUAL, type CapacityDraft, type LotDraft, type ScenarioDraft } from './scenario-draft';
import type { Scenarios } from './scenario-queries';
import css from './scenario.module.css';
import room from './room.module.css';

export interface DraftProps {
  told: Scenarios;
  draft: ScenarioDraft;
  onChange: (next: Partial<ScenarioDraft>) => void;
}

const NOTHING: LotDraft = { shares: '', budget: '' };

export function LotFields({ told, draft, onChange }: DraftProps) {
  const { t, lang } = useWords('scenario');
  const set = (lotId: string, next: Partial<LotDraft>) => onChange({ lots: { ...draft.lots, [lotId]: { ...NOTHING, ...draft.lots[lotId], ...next } } });
  // What is typed above as other shares may be one lot's alone.
  const keys = [...USUAL, ...(customShares(draft.custom) ?? []).map((shares) => shares.join('-'))];
  return (
    <details className={`${room['more'] ?? ''} ${css['wide'] ?? ''}`}>
      <summary>{t('form.lots')}</summary>
      <div className={css['form']}>
        {told.lots.map((lot) => (
          <fieldset key={lot.lot_id} className={css['group']}>
            <legend>{`${t('rows.lot', { number: lot.number })} · ${pick(lang, { zh: lot.title_zh, en: lot.title_en })}`}</legend>
            <div className={css['pair']}>
              <SelectField
                label={t('form.lot_shares')}
                value={draft.lots[lot.lot_id]?.shares ?? ''}
                options={[{ value: '', label: t('form.as_above') }, ...keys.map((key) => ({ value: key, label: key === '100' ? t('form.sole') : key.replaceAll('-', '–') }))]}
                onChange={(event) => set(lot.lot_id, { shares: event.target.value })}
              />
              <TextField label={t('form.lot_budget')} inputMode="decimal" value={draft.lots[lot.lot_id]?.budget ?? ''} onChange={(event) => set(lot.lot_id, { budget: event.target.value.trim() })} />
            </div>
          </fieldset>
        ))}
      </div>
    </details>
  );
}

export function CapacityFields({ told, draft, onChange }: DraftProps) {
  const { t, lang } = useWords('scenario');
  const offers = told.lots.flatMap((lot) =>
    lot.offers.map((offer) => ({ value: `${lot.lot_id} ${offer.label}`, label: t('label_in_lot', { label: offer.label, number: lot.number }) })),
  );
  const set = (at: number, next: Partial<CapacityDraft>) => onChange({ capacities: draft.capacities.map((each, place) => (place === at ? { ...each, ...next } : each)) });
  const unitOf = (offer: string) => told.lots.find((lot) => offer.startsWith(lot.lot_id))?.unit ?? '';
  return (
    <fieldset className={`${css['group'] ?? ''} ${css['wide'] ?? ''}`}>
      <legend>{t('form.capacity')}</legend>
      {draft.capacities.map((each, at) => (
        // Rows have no name of their own; none is ever moved.
        <div key={at} className={css['pair']}>
          <SelectField label={t('form.capacity_of')} value={each.offer} options={offers} onChange={(event) => set(at, { offer: event.target.value })} />
          <TextField label={t('form.capacity_is', { unit: unitText(lang, unitOf(each.offer)) })} inputMode="decimal" value={each.value} onChange={(event) => set(at, { value: event.target.value.trim() })} />
          <Button look="quiet" aria-label={t('form.remove', { number: at + 1 })} onClick={() => onChange({ capacities: draft.capacities.filter((_, place) => place !== at) })}>
            ×
          </Button>
        </div>
      ))}
      <div>
        <Button size="small" icon="plus" disabled={offers.length === 0} onClick={() => onChange({ capacities: [...draft.capacities, { offer: offers[0]?.value ?? '', value: '' }] })}>
          {t('form.add_capacity')}
        </Button>
      </div>
    </fieldset>
  );
}
