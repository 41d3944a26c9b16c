// The rules as bidders will read them, in either language, from the saved draft.
import { useState } from 'react';

import type { Lang } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Switcher } from '@/ui/switcher';

import { usePreflight } from './api';
import { SentenceList } from './document-parts';

export function PreviewPanel({ tenderId }: { tenderId: string }) {
  const { t, lang } = useWords('tenders');
  const [shown, setShown] = useState<Lang>(lang);
  const preflight = usePreflight(tenderId);
  return (
    <Panel
      title={t('preview.title')}
      actions={<Switcher label={t('common:language.switch')} value={shown} onChange={setShown} options={(['zh', 'en'] as const).map((value) => ({ value, label: t(`common:language.${value}`) }))} />}
    >
      <div lang={shown === 'zh' ? 'zh-CN' : 'en'}>
        <QueryView query={preflight} lines={4}>
          {/* The rules can be said once nothing is missing. */}
          {({ faults, sentences }) => (sentences === null || faults.length > 0 ? <p className="muted">{t('preview.not_yet')}</p> : <SentenceList sentences={sentences[shown]} />)}
        </QueryView>
      </div>
    </Panel>
  );
}
