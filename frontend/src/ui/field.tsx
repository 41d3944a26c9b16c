// Labelled fields on native controls: label, hint and error are tied to the control; errors are words.

import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';

import { inWords } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';

import css from './field.module.css';
import { Icon } from './icon';

export interface FieldFrame {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null;
  optional?: boolean;
}

export interface ControlIds {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** Label above, hint and error below; the control gets the ids. */
export function Field({ label, hint, error, optional, children }: FieldFrame & { children: (ids: ControlIds) => ReactNode }) {
  const { t } = useWords();
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={css['field']}>
      <label className={css['label']} htmlFor={id}>
        {label}
        {optional && <span className={css['optional']}>{t('form.optional')}</span>}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {hint && (
        <p id={`${id}-hint`} className={css['hint']}>
          {hint}
        </p>
      )}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

function FieldError({ id, error }: { id: string; error: string | null | undefined }) {
  return (
    <div aria-live="polite">
      {error && (
        <p id={id} className={css['error']}>
          <Icon name="bad" size={15} />
          {error}
        </p>
      )}
    </div>
  );
}

type InputProps = FieldFrame & Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'className'> & { inside?: ReactNode };

const HOLDS_A_DAY = new Set<string | undefined>(['date', 'datetime-local']);

export function TextField({ label, hint, error, optional, inside, ...input }: InputProps) {
  const { lang } = useWords();
  // The browser writes its date fields in its own language; the page says in its own what stands there.
  const day = HOLDS_A_DAY.has(input.type) ? inWords(String(input.value ?? ''), lang) : '';
  return (
    <Field label={label} hint={day === '' ? hint : <DayHint day={day} hint={hint} />} error={error} optional={optional}>
      {(ids) => (
        <span className={css['around']}>
          <input {...ids} {...input} className={css['input']} />
          {inside && <span className={css['inside']}>{inside}</span>}
        </span>
      )}
    </Field>
  );
}

function DayHint({ day, hint }: { day: string; hint: ReactNode }) {
  return (
    <>
      <span className={css['day']}>{day}</span>
      {hint && <> · {hint}</>}
    </>
  );
}

type AreaProps = FieldFrame & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id' | 'className'>;

export function AreaField({ label, hint, error, optional, ...area }: AreaProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(ids) => <textarea {...ids} {...area} className={css['input']} />}
    </Field>
  );
}

type SelectProps = FieldFrame &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id' | 'className'> & { options: readonly { value: string; label: string }[] };

export function SelectField({ label, hint, error, optional, options, ...select }: SelectProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(ids) => (
        <select {...ids} {...select} className={css['input']}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

type CheckProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'className' | 'type'> & { label: ReactNode };

export function CheckField({ label, ...input }: CheckProps) {
  return (
    <label className={css['check']}>
      <input {...input} type="checkbox" />
      <span>{label}</span>
    </label>
  );
}
