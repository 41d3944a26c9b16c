// The lots: typed one by one, or taken from a paste or a spreadsheet with every faulty cell named.
import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Empty } from '@/ui/states';
import { Panel } from '@/ui/panel';

import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { addLot, lotsOf, removeLot } from './draft-edit';
import { LotCard } from './lot-card';
import { PasteSheet } from './paste-sheet';

export function LotsSection(props: SectionProps) {
  const { draft, change, tenderId } = props;
  const { t } = useWords('tenders');
  const [isPasting, setPasting] = useState(false);
  return (
    <Panel
      title={t('words:lots')}
      note={t(draft.tax_basis === 'included' ? 'words:tax_included' : 'words:tax_excluded')}
      actions={
        <>
          <Button size="small" icon="upload" onClick={() => setPasting(true)}>
            {t('paste.lots')}
          </Button>
          <Button size="small" icon="plus" onClick={() => change(addLot)}>
            {t('form.add_lot')}
          </Button>
        </>
      }
    >
      <div className={css['lots']} data-section="lots">
        {draft.lots.length === 0 && (
          <Empty icon="tender" title={t('form.no_lots')} next={<Button onClick={() => change(addLot)}>{t('form.add_lot')}</Button>} />
        )}
        {draft.lots.map((lot, at) => (
          <LotCard key={lot.id || `new-${at}`} {...props} lot={lot} at={at} onRemove={draft.lots.length > 1 ? () => change((before) => removeLot(before, at)) : null} />
        ))}
      </div>
      {isPasting && (
        <PasteSheet
          tenderId={tenderId}
          target="lots"
          onClose={() => setPasting(false)}
          onTake={(rows, typed) => change((before) => rowsToLots(before, lotsOf(rows, typed)))}
        />
      )}
    </Panel>
  );
}

/** An untouched first lot of the template gives way to what was pasted. */
function rowsToLots(before: SectionProps['draft'], lots: SectionProps['draft']['lots']): SectionProps['draft'] {
  const kept = before.lots.filter((lot) => lot.title_zh !== '' || lot.title_en !== '' || lot.quantity !== '' || lot.ceiling_price !== '' || lot.lines.length > 0);
  const all = [...kept, ...lots];
  return addLotsRule({ ...before, lots: all });
}

function addLotsRule(draft: SectionProps['draft']): SectionProps['draft'] {
  // Through the same rule as one added by hand, then without the empty one it brought.
  const grown = addLot(draft);
  return { ...grown, lots: grown.lots.slice(0, -1), rules: draft.lots.length > 1 ? grown.rules : draft.rules };
}
