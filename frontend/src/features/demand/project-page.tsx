// RQ-03 and PL-02: where a project stands, what the stage asks for, who is in it, and what one may do with it now.

import { Link, useParams } from 'react-router';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { StateTag } from '@/ui/state-tag';

import css from './demand.module.css';
import { ContractsPanel } from './contracts-panel';
import { FilesPanel } from './files-panel';
import { GroupPanel } from './group-panel';
import { MessagesPanel } from './messages-panel';
import { Moves } from './moves';
import { NeedPanel } from './need-panel';
import { PlanPanel } from './plan-panel';
import { useProject, type Project } from './queries';
import { StageBar } from './stage-bar';
import { StagePlan } from './stage-plan';
import { TendersPanel } from './tenders-panel';

export default function ProjectPage() {
  const { projectId = '' } = useParams();
  const project = useProject(projectId);
  return <QueryView query={project}>{(held) => <Shown held={held} />}</QueryView>;
}

function Shown({ held }: { held: Project }) {
  const { t, lang } = useWords('demand');
  // What it was returned for is read first, on a phone too.
  const isReturned = held.state === 'returned';
  const title = pick(lang, { zh: held.title_zh || held.title_en, en: held.title_en || held.title_zh });
  return (
    <div className="stack">
      <PageHeader
        back={{ to: '/projects', label: t('board.title') }}
        title={title || held.reference}
        lead={held.reference}
        mark={<StateTag kind="stage" state={held.state} />}
        actions={<Actions held={held} />}
      />
      <Panel title={t('bar.label')} actions={<StagePlan held={held} />}>
        <StageBar stages={held.stages} present={held.stage} owners={held.owners} />
      </Panel>
      <Waiting held={held} />
      <div className={css['split']}>
        <div className="stack">
          {isReturned && <Remarks held={held} />}
          <Locks held={held} />
          {held.need && <NeedPanel held={held} need={held.need} />}
          {held.plan && <PlanPanel held={held} plan={held.plan} />}
          {(held.stage ?? 99) >= 3 && <GroupPanel held={held} />}
        </div>
        <div className="stack">
          <Checks held={held} />
          <TendersPanel held={held} />
          <ContractsPanel held={held} />
          <MessagesPanel held={held} />
          {held.need && <FilesPanel held={held} />}
          {!isReturned && <Remarks held={held} />}
        </div>
      </div>
    </div>
  );
}

function Actions({ held }: { held: Project }) {
  const { t } = useWords('demand');
  const canWrite = held.is_mine && held.acts.includes('submit');
  return (
    <>
      {canWrite && (
        <ButtonLink to={`/projects/${held.id}/need`} icon="file">
          {t('need.edit')}
        </ButtonLink>
      )}
      <Moves held={held} />
    </>
  );
}

/** Whose turn it is; for the reader's own turn, what to do. */
function Waiting({ held }: { held: Project }) {
  const { t, find } = useWords('demand');
  if (held.state === 'stopped') return <Banner tone="bad" title={t('page.stopped')} />;
  if (held.waits_for === null || held.stage === null) return null;
  const role = find(`words:roles.${held.waits_for}`, held.waits_for);
  const next = find(`next.${String(held.stage)}_${held.state}`, '');
  const isOwn = held.waits_for_me;
  return (
    <Banner tone={held.is_late ? 'warn' : 'calm'} title={isOwn ? t('page.your_turn') : t('board.waits_for', { role })}>
      {isOwn && next && <p>{next}</p>}
      {held.due_on && <p className="small">{t(held.is_late ? 'page.late' : 'bar.due_on', { day: held.due_on })}</p>}
      {held.proposal_id && (
        <p>
          <Link to={`/approvals/${held.proposal_id}`}>{t('page.see_proposal')}</Link>
        </p>
      )}
    </Banner>
  );
}

function Locks({ held }: { held: Project }) {
  const { t } = useWords('demand');
  if (held.locks.length === 0) return null;
  return (
    <Banner tone="warn" title={t('locks.title')}>
      <p>{t('locks.why')}</p>
      <ul>
        {held.locks.map((lock) => (
          <li key={lock.field}>
            {fieldName(lock.field, t)}
            {t('common:list_separator')}
            <q>{lock.words}</q>
          </li>
        ))}
      </ul>
    </Banner>
  );
}

function fieldName(field: string, t: ReturnType<typeof useWords<'demand'>>['t']): string {
  if (field === 'item' || field === 'specification' || field === 'use') return t(`need.${field}`);
  return t('need.requirement', { number: Number(field.split('.')[1] ?? 0) + 1 });
}

function Checks({ held }: { held: Project }) {
  const { t, find } = useWords('demand');
  if (held.checks.length === 0) return null;
  return (
    <Panel title={t('checks.title')} note={t('checks.note')}>
      <ul className={css['checks']}>
        {held.checks.map((check) => (
          <li key={check.code} className={check.is_met ? css['met'] : css['unmet']}>
            <Icon name={check.is_met ? 'check' : 'warn'} size={16} />
            <span>{find(`checks.${check.code}`, check.code)}</span>
            <span className="small muted">{t(check.is_met ? 'checks.met' : 'checks.open')}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Remarks({ held }: { held: Project }) {
  const { t, find } = useWords('demand');
  if (held.remarks.length === 0) return null;
  return (
    <Panel title={t('remarks.title')}>
      <ul className="stack">
        {held.remarks.map((remark) => (
          <li key={`${remark.said_at}-${remark.act}`} className="stack-tight">
            <span className="row small muted">
              <span>{find(`remarks.${remark.act}`, remark.act)}</span>
              <span>{find(`stages.${String(remark.stage)}`, '')}</span>
              <span>{find(`words:roles.${remark.by_role}`, remark.by_role)}</span>
              <Instant at={remark.said_at} />
            </span>
            <p className={css['said']}>{remark.said}</p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
