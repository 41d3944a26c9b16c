// What proves the own account: its second factors and recovery codes (ACCESS.md section 1).

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Sheet } from '@/ui/sheet';
import { Empty } from '@/ui/states';

import { EnrolFactor } from './enrol-factor';
import { useFactors, useRemoveFactor, useRenameFactor, useRenewCodes, type Factor } from './factor-queries';
import { RecoveryCodes } from './recovery-codes';
import css from './security.module.css';

export function SecurityPanel() {
  const { t } = useWords('security');
  const factors = useFactors();
  const renew = useRenewCodes();
  const [isAdding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<Factor | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const add = (
    <Button size="small" icon="plus" onClick={() => setAdding(true)}>
      {t('panel.add')}
    </Button>
  );
  return (
    <Panel title={t('panel.title')} note={t(factors.data?.is_required ? 'panel.required' : 'panel.optional')} actions={(factors.data?.factors.length ?? 0) > 0 && add} flush>
      <QueryView query={factors} lines={2}>
        {(held) => (
          <>
            {held.factors.length === 0 ? (
              <Empty title={t('panel.none')} next={add} />
            ) : (
              <Factors factors={held.factors} onRename={setRenaming} />
            )}
            {held.factors.length > 0 && (
              <div className="row" style={{ padding: '12px 16px' }}>
                <span>{t('panel.codes_left', { count: held.recovery_left })}</span>
                <Button size="small" busy={renew.isPending} onClick={() => renew.mutate(undefined, { onSuccess: (made) => setCodes(made.recovery_codes) })}>
                  {t('panel.renew_codes')}
                </Button>
                <ProblemAlert error={renew.error} />
              </div>
            )}
          </>
        )}
      </QueryView>
      {isAdding && (
        <Sheet title={t('panel.add')} onClose={() => setAdding(false)}>
          <EnrolFactor
            onDone={(made) => {
              setAdding(false);
              setCodes(made);
            }}
          />
        </Sheet>
      )}
      {codes.length > 0 && (
        <Sheet title={t('panel.codes')} onClose={() => setCodes([])}>
          <RecoveryCodes codes={codes} onKept={() => setCodes([])} />
        </Sheet>
      )}
      {renaming && <RenameSheet factor={renaming} onClose={() => setRenaming(null)} />}
    </Panel>
  );
}

function Factors({ factors, onRename }: { factors: readonly Factor[]; onRename: (factor: Factor) => void }) {
  const { t } = useWords('security');
  const remove = useRemoveFactor();
  return (
    <>
      <ProblemAlert error={remove.error} />
      <PlainTable
        caption={t('panel.title')}
        rows={factors}
        rowKey={(factor) => factor.id}
        columns={[
          { key: 'name', title: t('enrol.name'), cell: (factor) => factor.name },
          { key: 'kind', title: t('panel.kind'), cell: (factor) => t(`kinds.${factor.kind}`) },
          {
            key: 'act',
            title: t('panel.act'),
            right: true,
            cell: (factor) => (
              <span className={css['acts']}>
                <Button size="small" aria-label={`${t('panel.rename')}: ${factor.name}`} onClick={() => onRename(factor)}>
                  {t('panel.rename')}
                </Button>
                <Button
                  size="small"
                  look="danger"
                  aria-label={`${t('panel.remove')}: ${factor.name}`}
                  busy={remove.isPending && remove.variables === factor.id}
                  onClick={() => remove.mutate(factor.id)}
                >
                  {t('panel.remove')}
                </Button>
              </span>
            ),
          },
        ]}
      />
    </>
  );
}

function RenameSheet({ factor, onClose }: { factor: Factor; onClose: () => void }) {
  const { t } = useWords('security');
  const rename = useRenameFactor();
  const [name, setName] = useState(factor.name);
  return (
    <Sheet
      title={t('panel.rename')}
      onClose={onClose}
      foot={
        <Button look="primary" busy={rename.isPending} onClick={() => name.trim() && rename.mutate({ id: factor.id, name: name.trim() }, { onSuccess: onClose })}>
          {t('panel.save')}
        </Button>
      }
    >
      <div className="stack">
        <ProblemAlert error={rename.error} />
        <TextField label={t('enrol.name')} maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
        {name.trim() === '' && <Banner tone="bad">{t('common:form.required')}</Banner>}
      </div>
    </Sheet>
  );
}
