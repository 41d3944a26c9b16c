// The rules as bidders will read them, in either language, from the saved draft.
import { useState } from 'react';

import { asProblem } from '@/api/problem';
import type { Lang } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';
import { Failed, Loading } from '@/ui/states';
import { Switcher } from '@/ui/switcher';

import { usePreflight, useSentences } from './api';
import { SentenceList } from './document-parts';

export function PreviewPanel({ tenderId }: { tenderId: string }) {
  const { t, lang } = useWords('tenders');
  const [shown, setShown] = useState<Lang>(lang);
  const preflight = usePreflight(tenderId);
  // The rules can be said once nothing is missing; asked earlier the service would only refuse.
  const isTooEarly = preflight.data !== undefined && preflight.data.faults.length > 0;
  const sentences = useSentences(tenderId, preflight.data !== undefined && !isTooEarly);
  return (
    <Panel
      title={t('preview.title')}
      actions={<Switcher label={t('common:language.switch')} value={shown} onChange={setShown} options={(['zh', 'en'] as const).map((value) => ({ value, label: t(`common:language.${value}`) }))} />}
    >
      <div lang={shown === 'zh' ? 'zh-CN' : 'en'}>
        {isTooEarly ? (
          <p className="muted">{t('preview.not_yet')}</p>
        ) : sentences.data ? (
          <SentenceList sentences={sentences.data[shown]} />
        ) : sentences.isError ? (
          // Refused while terms are missing: not a failure, only too early.
          asProblem(sentences.error).status === 409 ? <p className="muted">{t('preview.not_yet')}</p> : <Failed error={sentences.error} onRetry={() => void sentences.refetch()} />
        ) : (
          <Loading lines={4} />
        )}
      </div>
    </Panel>
  );
}
