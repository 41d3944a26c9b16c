// What came of one receipt, in plain words, with the facts that are proven; of an unproven one no fact is shown as true.

import { HOME_ZONE, formatInstant, zoneLabel } from '@/domain/instant';
import { group, isAmount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Facts } from '@/ui/facts';

import type { Checked } from './check-receipts';
import { kindKey } from './kinds';
import css from './verify.module.css';

export function CheckedReceipt({ checked, number }: { checked: Checked; number: number | null }) {
  const { t, find } = useWords('audit');
  const { kind, fault, receipt } = checked;
  const prefix = number === null ? '' : `${t('receipt.result_number', { number })}${t('common:colon')}`;
  if (fault !== null || kind === null) {
    return (
      <Banner tone="bad" title={`${prefix}${t('receipt.bad')}`}>
        <p>{t(`receipt.fault.${fault ?? 'UNKNOWN_KIND'}`)}</p>
        <p className="small muted">
          <code>{fault}</code>
        </p>
      </Banner>
    );
  }
  return (
    <Banner tone={kind === 'package.late' ? 'warn' : 'good'} role="status" title={`${prefix}${t('receipt.ok')}`}>
      <p>{find(`receipt.kind.${kindKey(kind)}`, kind)}</p>
      <ReceiptFacts receipt={receipt} />
    </Banner>
  );
}

function ReceiptFacts({ receipt }: Pick<Checked, 'receipt'>) {
  const { t, lang, find } = useWords('audit');
  const text = (name: string) => (typeof receipt[name] === 'string' ? receipt[name] : null);
  const moment = (name: string) => {
    const at = receipt[name];
    if (typeof at !== 'number' && typeof at !== 'string') return null;
    return `${formatInstant(at, HOME_ZONE, 'ms')} ${zoneLabel(HOME_ZONE, lang, at)}`;
  };
  const code = (name: string) => text(name) && <code className={css['hash']}>{text(name)}</code>;
  const amount = text('amount');
  const rev = text('rev');
  const custody = text('custody');
  const facts = [
    { term: t('receipt.facts.amount'), value: amount && isAmount(amount) ? group(amount) : amount },
    { term: t('receipt.facts.received'), value: moment('received_at') },
    { term: t('receipt.facts.closed'), value: moment('closes_at') },
    { term: t('receipt.facts.rev'), value: rev && String(Number(rev)) },
    { term: t('receipt.facts.custody'), value: custody && find(`words:custody.${custody}`, custody) },
    { term: t('receipt.facts.package'), value: code('package') },
    { term: t('receipt.facts.lot'), value: code('lot') },
    { term: t('receipt.facts.round'), value: code('round') },
    { term: t('receipt.facts.entry'), value: code('entry_hash') },
  ];
  return <Facts items={facts.filter((fact) => fact.value !== null && fact.value !== '')} />;
}
