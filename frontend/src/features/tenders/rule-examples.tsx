// What the rules as saved come to on the first lot: examples computed by what plays the round (PL-06).
import { useWords } from '@/i18n/use-words';

import { useComparison } from './api';
import { SentenceList } from './document-parts';

export function RuleExamples({ tenderId }: { tenderId: string }) {
  const { t, lang } = useWords('tenders');
  const { data } = useComparison(tenderId);
  if (data === undefined) return null;
  const examples = data.examples?.[lang] ?? [];
  return (
    <div aria-live="polite" className="stack" data-section="examples">
      <strong>{t('rules.examples')}</strong>
      {examples.length > 0 ? <SentenceList sentences={examples} /> : <p className="muted small">{t('price.not_yet')}</p>}
    </div>
  );
}
