// The purchaser's plan of a stage: until when, and whose work it is.

import { useState } from 'react';

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useSetDue, useSetOwner, type Project, type StageView } from './queries';

const OVER = new Set(['done', 'not_applicable', 'stopped']);

export function StagePlan({ held }: { held: Project }) {
  const { t } = useWords('demand');
  const isPurchaser = useSignedIn().roles.includes('purchaser');
  const [isOpen, setOpen] = useState(false);
  const open = held.stages.filter((one) => !OVER.has(one.state));
  const first = open.find((one) => one.stage === held.stage) ?? open[0];
  if (!isPurchaser || first === undefined || held.state === 'stopped') return null;
  return (
    <>
      <Button size="small" icon="clock" onClick={() => setOpen(true)}>
        {t('stage_plan.open')}
      </Button>
      {isOpen && <PlanSheet held={held} open={open} first={first} onClose={() => setOpen(false)} />}
    </>
  );
}

function PlanSheet({ held, open, first, onClose }: { held: Project; open: readonly StageView[]; first: StageView; onClose: () => void }) {
  const { t, find } = useWords('demand');
  const due = useSetDue(held.id);
  const owner = useSetOwner(held.id);
  const ownerOf = (stage: number) => held.owners.find((one) => one.stage === stage)?.account_id ?? '';
  const [stage, setStage] = useState(first.stage);
  const [day, setDay] = useState(first.due_on ?? '');
  const [person, setPerson] = useState(ownerOf(first.stage));
  const shown = open.find((one) => one.stage === stage) ?? first;
  const isSame = day === (shown.due_on ?? '') && person === ownerOf(stage);
  const save = async () => {
    let version = held.version;
    try {
      if (day && day !== shown.due_on) version = (await due.mutateAsync({ version, stage, due_on: day })).version;
      if (person !== ownerOf(stage)) await owner.mutateAsync({ version, stage, owner: person || null });
      announce(t('stage_plan.saved'));
      onClose();
    } catch {
      // Shown by the mutation's error.
    }
  };
  return (
    <Sheet
      title={t('stage_plan.title')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={due.isPending || owner.isPending} disabled={isSame} onClick={() => void save()}>
            {t('stage_plan.save')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <SelectField
          label={t('board.stage')}
          value={String(stage)}
          onChange={(event) => {
            const next = open.find((one) => String(one.stage) === event.target.value) ?? first;
            setStage(next.stage);
            setDay(next.due_on ?? '');
            setPerson(ownerOf(next.stage));
          }}
          options={open.map((one) => ({ value: String(one.stage), label: find(`stages.${String(one.stage)}`, String(one.stage)) }))}
        />
        <TextField label={t('board.due')} type="date" value={day} onChange={(event) => setDay(event.target.value)} />
        <SelectField
          label={t('stage_plan.owner')}
          hint={t('stage_plan.owner_hint')}
          value={person}
          onChange={(event) => setPerson(event.target.value)}
          options={[
            { value: '', label: t('stage_plan.nobody') },
            ...held.candidates.filter((one) => one.hat === 'purchasing_lead').map((one) => ({ value: one.account_id, label: one.name })),
          ]}
        />
        <ProblemAlert error={due.error ?? owner.error} />
      </div>
    </Sheet>
  );
}
