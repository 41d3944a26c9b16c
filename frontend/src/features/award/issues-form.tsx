// The issue table as fields, and as words: payment terms, delivery, warranty. The price is no field of it.

import { useState, type ReactNode } from 'react';

import { add, compare } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Difference } from '@/ui/difference';
import { TextField } from '@/ui/field';
import { PlainTable } from '@/ui/plain-table';

import type { Issues } from './contract-queries';
import css from './contract.module.css';
import { LiveWorth, type Pricing } from './live-worth';

export const ISSUES = ['prepayment', 'credit_days', 'draft_days', 'retention', 'retention_days', 'delivery_days', 'warranty_months'] as const;

type Name = (typeof ISSUES)[number];

// domain/payment_terms.py, RANGES: what the server refuses is said before it is sent.
const RANGES: Readonly<Record<Name, readonly [number, number]>> = {
  prepayment: [0, 100], credit_days: [0, 365], draft_days: [0, 180], retention: [0, 30], retention_days: [0, 1825], delivery_days: [1, 730], warranty_months: [0, 120],
};
const PERCENTS = new Set<Name>(['prepayment', 'retention']);

type Typed = Record<Name, string>;

function fits(name: Name, text: string): boolean {
  const form = PERCENTS.has(name) ? /^\d{1,3}(\.\d{1,2})?$/ : /^\d{1,4}$/;
  const [least, most] = RANGES[name];
  return form.test(text) && Number(text) >= least && Number(text) <= most;
}

interface IssuesFormProps {
  from: Issues;
  send: string;
  busy: boolean;
  onSend: (issues: Issues) => void;
  /** What the terms are worth is shown while they are typed. */
  pricing?: Pricing;
  children?: ReactNode;
}

/** The terms as typed, or null while one of them is none, or the shares are more than the price. */
function issuesOf(typed: Typed): Issues | null {
  if (!ISSUES.every((name) => fits(name, typed[name]))) return null;
  if (compare(add(typed.prepayment, typed.retention), '100') > 0) return null;
  return Object.fromEntries(ISSUES.map((name) => [name, PERCENTS.has(name) ? typed[name] : Number(typed[name])])) as Issues;
}

export function IssuesForm({ from, send, busy, onSend, pricing, children }: IssuesFormProps) {
  const { t } = useWords('contract');
  const [typed, setTyped] = useState<Typed>(() => Object.fromEntries(ISSUES.map((name) => [name, String(from[name])])) as Typed);
  const [isAsked, setAsked] = useState(false);
  const issues = issuesOf(typed);
  const isTooMuch = issues === null && ISSUES.every((name) => fits(name, typed[name]));
  const faultOf = (name: Name) => {
    if (!fits(name, typed[name])) return isAsked ? t('range', { least: RANGES[name][0], most: RANGES[name][1] }) : null;
    return isTooMuch && name === 'retention' ? t('shares_too_much') : null;
  };
  const save = () => {
    setAsked(true);
    if (issues !== null) onSend(issues);
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <div className={css['issues']}>
        {ISSUES.map((name) => (
          <TextField
            key={name}
            label={t(`issues.${name}`)}
            inside={t(`units.${name}`)}
            inputMode={PERCENTS.has(name) ? 'decimal' : 'numeric'}
            maxLength={6}
            value={typed[name]}
            error={faultOf(name)}
            onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
          />
        ))}
      </div>
      {pricing && <LiveWorth issues={issues} pricing={pricing} />}
      {children}
      <div className="row">
        <Button look="primary" type="submit" busy={busy}>
          {send}
        </Button>
      </div>
    </form>
  );
}

/** The table in words; against `before` what differs is marked. */
export function IssuesTable({ issues, before, caption }: { issues: Issues; before?: Issues | null; caption: string }) {
  const { t } = useWords('contract');
  const said = (of: Issues, name: Name) => <span className={css['whole']}>{`${String(of[name])} ${t(`units.${name}`)}`}</span>;
  return (
    <PlainTable
      caption={caption}
      rows={ISSUES}
      rowKey={(name) => name}
      narrow
      columns={[
        { key: 'issue', title: t('issue'), cell: (name) => t(`issues.${name}`) },
        {
          key: 'value',
          title: t('value'),
          right: true,
          cell: (name) => (before && before[name] !== issues[name] ? <Difference was={said(before, name)} is={said(issues, name)} /> : said(issues, name)),
        },
      ]}
    />
  );
}
