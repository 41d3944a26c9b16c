// A few views of the same place, one at a time.

import css from './switcher.module.css';

interface SwitcherProps<V extends string> {
  label: string;
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: string }[];
}

export function Switcher<V extends string>({ label, value, onChange, options }: SwitcherProps<V>) {
  return (
    <div className={css['switcher']} role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" className={css['option']} aria-pressed={option.value === value} onClick={() => onChange(option.value)}>
          {option.label}
        </button>
      ))}
    </div>
  );
}
