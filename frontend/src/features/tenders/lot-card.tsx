// One lot: quantity, unit and ceiling are all a simple one needs; baseline, start price and lines are there when wanted.
import { currencySign, isAmount, multiply, subtract, compare, percentChange, group } from '@/domain/money';
import { UNITS, unitText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import type { LotDraft } from './api';
import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { changeLot } from './draft-edit';
import { DraftAmount, DraftNumber, DraftSelect, DraftText } from './draft-field';
import { LinesEditor } from './lines-editor';
import { ReserveField } from './reserve-field';

interface LotCardProps extends SectionProps {
  lot: LotDraft;
  at: number;
  onRemove: (() => void) | null;
}

export function LotCard({ lot, at, onRemove, ...section }: LotCardProps) {
  const { draft, change, faults, isTried, tenderId } = section;
  const { t, lang } = useWords('tenders');
  const isOnly = draft.lots.length === 1;
  const field = (name: Exclude<keyof LotDraft, 'lines' | 'scale' | 'id' | 'basis'>) => ({
    path: `lots.${at}.${name}`,
    faults,
    isTried,
    value: lot[name],
    onValue: (value: string) => change((before) => changeLot(before, at, { [name]: value })),
  });
  const sign = currencySign(draft.currency).trim();
  return (
    <fieldset className={css['lot']}>
      <legend className={isOnly ? 'visually-hidden' : css['legend']}>{t('form.lot_number', { number: at + 1 })}</legend>
      {onRemove && (
        <div className={css['remove']}>
          <Button size="small" look="quiet" icon="close" onClick={onRemove}>
            {t('form.remove_lot')}
          </Button>
        </div>
      )}
      <div className={css['fields']}>
        {!isOnly && (
          <>
            <DraftText {...field('title_zh')} label={t('form.lot_title_zh')} lang="zh-CN" />
            <DraftText {...field('title_en')} label={t('form.lot_title_en')} lang="en" optional />
          </>
        )}
        <DraftAmount {...field('quantity')} label={t('lot.quantity')} />
        <DraftText {...field('unit')} label={t('lot.unit')} list="units" />
        <DraftAmount {...field('ceiling_price')} label={`${t('words:ceiling_price')} (${sign}${lot.basis === 'unit' ? ` / ${unitText(lang, lot.unit) || t('lot.unit')}` : ''})`} hint={t('lot.ceiling_hint')} />
        <ReserveField tenderId={tenderId} lot={lot} at={at} sign={sign} faults={faults} />
        <DraftAmount {...field('baseline_price')} label={`${t('words:baseline_price')} (${sign})`} optional hint={baselineHint(lot, t)} />
        {lot.baseline_price !== '' && (
          <>
            <DraftText {...field('baseline_source')} label={t('lot.baseline_source')} list="baseline-sources" />
            <DraftText {...field('baseline_on')} label={t('lot.baseline_on')} type="date" />
          </>
        )}
      </div>
      <LotTotal lot={lot} currency={draft.currency} />
      <datalist id="units">
        {UNITS.map((unit) => (
          <option key={unit} value={unit} />
        ))}
      </datalist>
      <datalist id="baseline-sources">
        {(['last_contract', 'market', 'estimate'] as const).map((source) => (
          <option key={source} value={t(`lot.sources.${source}`)} />
        ))}
      </datalist>
      <details className={css['more']}>
        <summary>{t(draft.procedure === 'live' ? 'form.more_lot' : 'form.more_lot_sealed', { count: lot.lines.length })}</summary>
        <div className={css['fields']}>
          {draft.procedure === 'live' ? (
            <DraftAmount {...field('start_price')} label={`${t('words:start_price')} (${sign})`} hint={t('lot.start_hint')} optional />
          ) : (
            <DraftAmount {...field('minimum_price')} label={`${t('lot.minimum')} (${sign})`} hint={t('lot.minimum_hint')} optional />
          )}
          <DraftSelect
            path={`lots.${at}.basis`}
            faults={faults}
            isTried={isTried}
            label={t('lot.basis')}
            value={lot.basis}
            onValue={(basis) => change((before) => changeLot(before, at, { basis: basis === 'total' ? 'total' : 'unit' }))}
            options={(['unit', 'total'] as const).map((value) => ({ value, label: t(`lot.basis_${value}`) }))}
          />
          <DraftNumber path={`lots.${at}.scale`} faults={faults} isTried={isTried} label={t('lot.scale')} value={lot.scale} onNumber={(scale) => change((before) => changeLot(before, at, { scale }))} />
        </div>
        <LinesEditor tenderId={tenderId} lot={lot} at={at} change={change} faults={faults} isTried={isTried} />
      </details>
    </fieldset>
  );
}

/** Below the ceiling or not, by how much: a slip of the point is seen here first. */
function baselineHint(lot: LotDraft, t: ReturnType<typeof useWords<'tenders'>>['t']): string {
  const { baseline_price: baseline, ceiling_price: ceiling } = lot;
  if (!isAmount(baseline) || !isAmount(ceiling) || compare(baseline, '0') <= 0) return t('lot.baseline_hint');
  const percent = percentChange(baseline, ceiling) ?? '0';
  return t('lot.baseline_against', { percent: `${percent.startsWith('-') ? '−' : '+'}${percent.replace('-', '')}` });
}

function LotTotal({ lot, currency }: { lot: LotDraft; currency: string }) {
  const { t } = useWords('tenders');
  const { quantity, ceiling_price: ceiling, baseline_price: baseline } = lot;
  if (lot.basis !== 'unit' || !isAmount(quantity) || !isAmount(ceiling)) return null;
  const sign = currencySign(currency);
  const most = multiply(ceiling, quantity, 2);
  const room = isAmount(baseline) ? subtract(most, multiply(baseline, quantity, 2)) : null;
  return (
    <p className={css['total']}>
      {t('lot.at_most', { amount: `${sign}${group(most)}` })}
      {room !== null && !room.startsWith('-') && ` · ${t('lot.room', { amount: `${sign}${group(room)}` })}`}
    </p>
  );
}
