// A field of the draft: a text under its path, with the pre-flight's fault as its error line.
import type { ComponentProps, ReactNode } from 'react';

import { useWords } from '@/i18n/use-words';
import { AreaField, SelectField, TextField } from '@/ui/field';

import type { Fault } from './api';
import { faultAt, tidied } from './draft-edit';

/** The sentence of a fault, with its numbers. */
export function useFaultText(): (fault: Fault) => string {
  const { t, find } = useWords('tenders');
  return (fault) => find(`faults.${fault.code}`, find(`codes:${fault.code}`, t('faults.OTHER'), { ...fault.detail }), { ...fault.detail });
}

interface Where {
  path: string;
  faults: readonly Fault[];
  isTried: boolean;
}

function useError({ path, faults, isTried }: Where): string | null {
  const say = useFaultText();
  const fault = faultAt(faults, path, isTried);
  return fault === undefined ? null : say(fault);
}

interface DraftTextProps extends Where {
  label: ReactNode;
  value: string;
  onValue: (value: string) => void;
  hint?: ReactNode;
  optional?: boolean;
}

export function DraftText({ path, faults, isTried, value, onValue, ...rest }: DraftTextProps & Omit<ComponentProps<typeof TextField>, 'label' | 'value' | 'error' | 'hint' | 'optional' | 'onChange'>) {
  const error = useError({ path, faults, isTried });
  return <TextField {...rest} data-path={path} value={value} error={error} onChange={(event) => onValue(event.target.value)} />;
}

/** An amount as text: kept as typed, written plainly on leaving where it can be read in one way only. */
export function DraftAmount({ path, faults, isTried, value, onValue, ...rest }: DraftTextProps & { inside?: ReactNode }) {
  const error = useError({ path, faults, isTried });
  return (
    <TextField
      {...rest}
      data-path={path}
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      value={value}
      error={error}
      onChange={(event) => onValue(event.target.value)}
      onBlur={() => {
        if (tidied(value) !== value) onValue(tidied(value));
      }}
    />
  );
}

export function DraftArea({ path, faults, isTried, value, onValue, ...rest }: DraftTextProps & { lang?: string; rows?: number }) {
  const error = useError({ path, faults, isTried });
  return <AreaField {...rest} data-path={path} value={value} error={error} onChange={(event) => onValue(event.target.value)} />;
}

export function DraftSelect({ path, faults, isTried, value, onValue, ...rest }: DraftTextProps & { options: readonly { value: string; label: string }[] }) {
  const error = useError({ path, faults, isTried });
  return <SelectField {...rest} data-path={path} value={value} error={error} onChange={(event) => onValue(event.target.value)} />;
}

/** A whole number, shown in its own unit: minutes of a rule that counts seconds. */
export function DraftNumber({ path, faults, isTried, value, onNumber, per = 1, ...rest }: Omit<DraftTextProps, 'value' | 'onValue'> & { value: number; onNumber: (value: number) => void; per?: number }) {
  const error = useError({ path, faults, isTried });
  const shown = value % per === 0 ? String(value / per) : String(Math.round((value / per) * 100) / 100);
  return (
    <TextField
      {...rest}
      data-path={path}
      inputMode="numeric"
      value={shown}
      error={error}
      onChange={(event) => {
        const digits = event.target.value.replace(/\D/g, '').slice(0, 6);
        onNumber(Number(digits || '0') * per);
      }}
    />
  );
}
