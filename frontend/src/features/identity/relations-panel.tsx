// Relations to suppliers, declared by oneself: they take the seat away where that supplier takes part (attacks.md Z06).

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { AreaField, SelectField, TextField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Sheet } from '@/ui/sheet';
import { Empty } from '@/ui/states';

import { useDeclareRelation, useEndRelation, useRelations, type RelationKind } from './factor-queries';

const KINDS = ['employment', 'family', 'holding', 'other'] as const satisfies readonly RelationKind[];

export function RelationsPanel() {
  const { t } = useWords('security');
  const relations = useRelations();
  const end = useEndRelation();
  const [isAdding, setAdding] = useState(false);
  const add = (
    <Button size="small" icon="plus" onClick={() => setAdding(true)}>
      {t('relations.add')}
    </Button>
  );
  return (
    <Panel title={t('relations.title')} note={t('relations.note')} actions={(relations.data?.length ?? 0) > 0 && add} flush>
      <ProblemAlert error={end.error} />
      <QueryView query={relations} lines={2}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t('relations.none')} next={add} />
          ) : (
            <PlainTable
              caption={t('relations.title')}
              rows={list}
              rowKey={(one) => one.id}
              columns={[
                { key: 'code', title: t('relations.code'), cell: (one) => <code>{one.credit_code}</code> },
                { key: 'kind', title: t('relations.kind'), cell: (one) => t(`relations.kinds.${one.kind}`) },
                { key: 'at', title: t('relations.at'), cell: (one) => <Instant at={one.declared_at} /> },
                {
                  key: 'end',
                  title: t('panel.act'),
                  right: true,
                  cell: (one) => (
                    <Button size="small" aria-label={`${t('relations.end')}: ${one.credit_code}`} busy={end.isPending && end.variables === one.id} onClick={() => end.mutate(one.id)}>
                      {t('relations.end')}
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </QueryView>
      {isAdding && <DeclareSheet onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function DeclareSheet({ onClose }: { onClose: () => void }) {
  const { t } = useWords('security');
  const declare = useDeclareRelation();
  const [code, setCode] = useState('');
  const [kind, setKind] = useState<RelationKind>('employment');
  const [note, setNote] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isCode = /^[0-9A-Z]{18}$/i.test(code.trim());
  const submit = () => {
    setAsked(true);
    if (isCode) declare.mutate({ credit_code: code.trim().toUpperCase(), kind, note: note.trim() }, { onSuccess: onClose });
  };
  return (
    <Sheet
      title={t('relations.add')}
      onClose={onClose}
      foot={
        <Button look="primary" busy={declare.isPending} onClick={submit}>
          {t('relations.declare')}
        </Button>
      }
    >
      <div className="stack">
        <p>{t('relations.effect')}</p>
        <ProblemAlert error={declare.error} />
        <TextField label={t('relations.code')} maxLength={18} value={code} error={isAsked && !isCode ? t('relations.code_wrong') : null} onChange={(event) => setCode(event.target.value)} />
        <SelectField
          label={t('relations.kind')}
          value={kind}
          options={KINDS.map((each) => ({ value: each, label: t(`relations.kinds.${each}`) }))}
          onChange={(event) => setKind(KINDS.find((each) => each === event.target.value) ?? 'other')}
        />
        <AreaField label={t('relations.text')} optional maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </div>
    </Sheet>
  );
}
