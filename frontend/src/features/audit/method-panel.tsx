// Every method of the screens: its formula, what it looked at, and where n was too small.

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';

import css from './audit.module.css';
import { percent } from './base-rate';
import type { MethodWords } from './signal-queries';
import signal from './signals.module.css';

export function MethodPanel({ board }: { board: { lots: number; tenders: number; methods: readonly MethodWords[] } }) {
  const { t, lang } = useWords('signals');
  return (
    <Panel title={t('methods.title')}>
      <p className={css['gist']}>{t('looked_over', { lots: board.lots, tenders: board.tenders })}</p>
      <PlainTable
        caption={t('methods.title')}
        rows={board.methods}
        rowKey={(one) => one.method}
        columns={[
          { key: 'method', title: t('methods.method'), cell: (one) => pick(lang, one) },
          { key: 'formula', title: t('methods.formula'), cell: (one) => <span className={signal['formula']}>{one.formula}</span> },
          { key: 'looked', title: t('methods.looked_at'), right: true, cell: (one) => one.looked_at },
          { key: 'few', title: t('methods.too_few'), right: true, cell: (one) => one.too_few },
          { key: 'found', title: t('methods.found'), right: true, cell: (one) => one.found },
          { key: 'anyhow', title: t('methods.anyhow'), cell: (one) => <Anyhow method={one} /> },
        ]}
      />
    </Panel>
  );
}

/** How often a method is met where nothing is known to be wrong, in a sentence. */
export function Anyhow({ method }: { method: Pick<MethodWords, 'real' | 'honest'> }) {
  const { t } = useWords('signals');
  const told = (['real', 'honest'] as const).flatMap((where) => {
    const known = method[where];
    return known === null ? [] : [t(`anyhow.${where}`, { leads: known.leads, of: known.of, share: percent(known.leads / known.of) })];
  });
  return told.length === 0 ? <span className="muted">{t('anyhow.unknown')}</span> : <>{told.join(' ')}</>;
}
