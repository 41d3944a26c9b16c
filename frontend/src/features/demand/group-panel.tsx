// Stage 3: the working group. Two are named, experts are drawn by the journal, everybody declares before anybody approves.

import { useState } from 'react';

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { AreaField, SelectField, TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import css from './demand.module.css';
import { useDeclare, useDraw, useNameGroup, type Project, type Seat } from './queries';

export function GroupPanel({ held }: { held: Project }) {
  const { t, find } = useWords('demand');
  const isNaming = useSignedIn().roles.includes('purchaser') && held.stage === 3 && held.state !== 'waiting';
  const own = held.group.find((seat) => seat.is_me);
  return (
    <Panel title={t('group.title')} note={t('group.note')}>
      <div className="stack">
        {held.group.length > 0 && (
          <PlainTable
            caption={t('group.title')}
            rows={held.group}
            rowKey={(seat) => `${seat.hat}-${seat.account_id ?? String(held.group.indexOf(seat))}`}
            columns={[
              { key: 'hat', title: t('group.hat'), cell: (seat) => find(`hats.${seat.hat}`, seat.hat) },
              { key: 'name', title: t('group.name'), cell: (seat) => seat.name ?? t('group.unnamed') },
              { key: 'declared', title: t('group.declared'), cell: (seat) => <Declared seat={seat} /> },
            ]}
          />
        )}
        {own && held.stage === 3 && held.state !== 'waiting' && <DeclareForm key={String(own.has_declared)} held={held} own={own} />}
        {isNaming && <NameForm held={held} />}
        {isNaming && <DrawForm held={held} />}
      </div>
    </Panel>
  );
}

function Declared({ seat }: { seat: Seat }) {
  const { t } = useWords('demand');
  if (!seat.has_declared) return <Tag tone="warn">{t('group.waits')}</Tag>;
  if (seat.has_conflict === null) return <Tag>{t('group.has_declared')}</Tag>;
  return (
    <span className={css['declared']}>
      <Tag tone={seat.has_conflict ? 'bad' : 'good'}>{t(seat.has_conflict ? 'group.conflict' : 'group.free')}</Tag>
      {seat.statement && <span className="small">{seat.statement}</span>}
    </span>
  );
}

function DeclareForm({ held, own }: { held: Project; own: Seat }) {
  const { t } = useWords('demand');
  const declare = useDeclare(held.id);
  const [statement, setStatement] = useState(own.statement ?? '');
  const say = (has_conflict: boolean) => declare.mutate({ has_conflict, statement });
  return (
    <div className="stack">
      <h3>{t('group.declare')}</h3>
      <p>{t('group.declare_why')}</p>
      <AreaField label={t('group.statement')} hint={t('group.statement_hint')} optional value={statement} onChange={(event) => setStatement(event.target.value)} />
      <ProblemAlert error={declare.error} />
      <div className={css['actions']}>
        <Button busy={declare.isPending} onClick={() => say(true)}>
          {t('group.say_conflict')}
        </Button>
        <Button look="primary" busy={declare.isPending} onClick={() => say(false)}>
          {t('group.say_free')}
        </Button>
      </div>
    </div>
  );
}

function NameForm({ held }: { held: Project }) {
  const { t } = useWords('demand');
  const name = useNameGroup(held.id);
  const seated = (hat: Seat['hat']) => held.group.find((seat) => seat.hat === hat)?.account_id ?? '';
  const [maker, setMaker] = useState(seated('decision_maker'));
  const [lead, setLead] = useState(seated('purchasing_lead'));
  const options = (hat: Seat['hat']) => [
    { value: '', label: t('need.choose') },
    ...held.candidates.filter((each) => each.hat === hat).map((each) => ({ value: each.account_id, label: each.name })),
  ];
  const isChosen = maker !== '' && lead !== '';
  return (
    <div className="stack">
      <div className={css['two']}>
        <SelectField label={t('hats.decision_maker')} value={maker} onChange={(event) => setMaker(event.target.value)} options={options('decision_maker')} />
        <SelectField label={t('hats.purchasing_lead')} value={lead} onChange={(event) => setLead(event.target.value)} options={options('purchasing_lead')} />
      </div>
      <ProblemAlert error={name.error} />
      <div className={css['actions']}>
        <Button busy={name.isPending} disabled={!isChosen} onClick={() => name.mutate({ version: held.version, decision_maker: maker, purchasing_lead: lead })}>
          {t('group.save')}
        </Button>
      </div>
    </div>
  );
}

function DrawForm({ held }: { held: Project }) {
  const { t } = useWords('demand');
  const draw = useDraw(held.id);
  const [experts, setExperts] = useState(String(held.experts));
  return (
    <div className="stack">
      <p className="small muted">{t('group.draw_why')}</p>
      <ProblemAlert error={draw.error} />
      <div className="row">
        <TextField label={t('group.experts')} inputMode="numeric" value={experts} onChange={(event) => setExperts(event.target.value.replace(/\D/g, '').slice(0, 2))} />
        <Button busy={draw.isPending} onClick={() => draw.mutate({ version: held.version, experts: Number(experts) })}>
          {t('group.draw')}
        </Button>
      </div>
    </div>
  );
}
