// The buyer's side of a supplier's life: findings, corrective actions to close, and whether the grade is on conditions.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';

import { FindingList } from './finding-list';
import { FindingSheet } from './finding-sheet';
import { useDecideAction, useLife, type Action } from './lifecycle-queries';

export function LifePanel({ supplierId, mayWrite }: { supplierId: string; mayWrite: boolean }) {
  const { t } = useWords('suppliers');
  const life = useLife(supplierId);
  const decide = useDecideAction(supplierId);
  const [isRecording, setRecording] = useState(false);
  const actsOf = (action: Action) =>
    mayWrite &&
    action.state === 'reported' && (
      <>
        <Button size="small" look="primary" busy={decide.isPending} onClick={() => decide.mutate({ id: action.id, accept: true })}>
          {t('life.close')}
        </Button>
        <Button size="small" busy={decide.isPending} onClick={() => decide.mutate({ id: action.id, accept: false })}>
          {t('life.return')}
        </Button>
      </>
    );
  return (
    <QueryView query={life}>
      {(loaded) => (
        <>
          {loaded.is_conditional && (
            <Banner tone="warn" role="note" title={t('life.conditional')}>
              {t('life.conditional_why')}
            </Banner>
          )}
          {loaded.is_to_reassess && (
            <Banner tone="warn" role="note" title={t('life.reassess')}>
              {t('life.reassess_why')}
            </Banner>
          )}
          <ProblemAlert error={decide.error} />
          <FindingList
            findings={loaded.findings}
            actsOf={actsOf}
            add={
              mayWrite && (
                <Button size="small" icon="plus" onClick={() => setRecording(true)}>
                  {t('life.record')}
                </Button>
              )
            }
          />
          {isRecording && <FindingSheet supplierId={supplierId} onClose={() => setRecording(false)} />}
        </>
      )}
    </QueryView>
  );
}
