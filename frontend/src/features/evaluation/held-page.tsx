// /held-documents: the relay looks at what a program cannot read, covers what tells who offers, and clears it (AN-04).

import { useState } from 'react';

import { offerNumber } from '@/domain/technical-offers';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';
import { Tag } from '@/ui/state-tag';

import css from './documents.module.css';
import { useHeld, type HeldDocument } from './documents-queries';
import { HeldDesk } from './held-desk';

export default function HeldPage() {
  const { t } = useWords('documents');
  const held = useHeld();
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <>
      <PageHeader title={t('held.title')} lead={t('held.lead')} />
      <QueryView query={held}>
        {(documents) => {
          const present = documents.find((each) => each.key === chosen) ?? documents[0];
          if (present === undefined) {
            return (
              <Panel>
                <Empty icon="file" title={t('held.empty')}>
                  {t('held.empty_why')}
                </Empty>
              </Panel>
            );
          }
          return (
            <div className={css['held']}>
              <nav aria-label={t('held.list')}>
                <ul className={css['waiting']}>
                  {documents.map((each) => (
                    <li key={each.key}>
                      <Waiting one={each} isPresent={each.key === present.key} onChoose={() => setChosen(each.key)} />
                    </li>
                  ))}
                </ul>
              </nav>
              <HeldDesk key={`${present.key}-${String(present.version)}`} held={present} />
            </div>
          );
        }}
      </QueryView>
    </>
  );
}

function Waiting({ one, isPresent, onChoose }: { one: HeldDocument; isPresent: boolean; onChoose: () => void }) {
  const { t, lang } = useWords('documents');
  const reasons = [...new Set(one.pages.flatMap((page) => page.holds))];
  return (
    <button type="button" className={css['one']} aria-current={isPresent || undefined} onClick={onChoose}>
      <strong>{one.reference}</strong>
      <span>{pick(lang, { zh: one.title_zh, en: one.title_en })}</span>
      {one.alias !== null && <span>{t('held.offer', { number: offerNumber(one.alias) })}</span>}
      {one.is_reported && <Tag tone="bad">{t('held.reported')}</Tag>}
      <span className="small muted">{reasons.map((reason) => t(`held.reason.${reason}`)).join(' · ')}</span>
    </button>
  );
}
