// A price field: text in, decimal string out. Full-width digits become half-width, nothing is rounded, and neither wheel nor
// arrow keys change it (it is a text field). Grouped on blur; while somebody types, their text stays as typed.

import { useRef, useState, type KeyboardEvent } from 'react';

import { currencySign, group } from '@/domain/money';
import { parseTyped, toHalfWidth, type TypedFault } from '@/domain/typed-amount';
import { unitText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';

import css from './field.module.css';
import { Field, type FieldFrame } from './field';

export interface MoneyInputProps extends FieldFrame {
  /** The decimal string, or '' while empty. */
  value: string;
  onChange: (amount: string) => void;
  /** What is wrong with the text, for callers that must block a submit; null when right or empty. */
  onFault?: (fault: TypedFault | null) => void;
  scale: number;
  currency?: string;
  unit?: string;
  disabled?: boolean;
  autoFocus?: boolean;
  onEnter?: () => void;
}

export function MoneyInput(props: MoneyInputProps) {
  const { value, onChange, onFault, scale, currency, unit, disabled, autoFocus, onEnter, label, hint, error, optional } = props;
  const { t, lang } = useWords();
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState<TypedFault | null>(null);
  const composing = useRef(false);

  const read = (text: string) => {
    const parsed = parseTyped(text, scale);
    const found = 'fault' in parsed ? parsed.fault : null;
    const told = found === 'empty' ? null : found;
    setFault(told);
    onFault?.(told);
    onChange('amount' in parsed ? parsed.amount : '');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && !event.repeat) onEnter?.();
  };
  const shown = typed ?? (value === '' ? '' : group(value));
  return (
    <Field label={label} hint={hint} error={error ?? (fault && t(`money.${fault}`, { scale }))} optional={optional}>
      {(ids) => (
        <span className={css['around']}>
          {currency && <span className={css['before']}>{currencySign(currency).trim()}</span>}
          <input
            {...ids}
            className={`${css['input'] ?? ''} ${css['money'] ?? ''}`}
            type="text"
            inputMode="decimal"
            autoComplete="off"
            spellCheck={false}
            disabled={disabled}
            // The caller asks for it where the amount is the only thing to type (LR-21).
            autoFocus={autoFocus}
            value={shown}
            onCompositionStart={() => (composing.current = true)}
            onCompositionEnd={(event) => {
              composing.current = false;
              setTyped(toHalfWidth(event.currentTarget.value));
              read(event.currentTarget.value);
            }}
            onChange={(event) => {
              setTyped(event.target.value);
              if (!composing.current) read(event.target.value);
            }}
            onBlur={() => {
              if (fault === null) setTyped(null);
            }}
            onKeyDown={onKeyDown}
          />
          {unit && <span className={css['after']}>/ {unitText(lang, unit)}</span>}
        </span>
      )}
    </Field>
  );
}
