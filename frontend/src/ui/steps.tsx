// The stages of a process in their order; the present one is marked for screen readers too.

import css from './steps.module.css';

interface StepsProps<Step extends string> {
  steps: readonly Step[];
  present: number;
  /** Nothing comes after: all of them look past. */
  isThrough?: boolean;
  say: (step: Step) => string;
  label?: string;
}

export function Steps<Step extends string>({ steps, present, isThrough = false, say, label }: StepsProps<Step>) {
  return (
    <ol className={css['steps']} aria-label={label}>
      {steps.map((step, place) => (
        <li key={step} className={isThrough || place < present ? css['past'] : place === present ? css['present'] : ''} aria-current={place === present ? 'step' : undefined}>
          {say(step)}
        </li>
      ))}
    </ol>
  );
}
