// /committee/:roundId: who sits in the committee, what it still owes, and for a member the own steps in order.

import { useState } from 'react';
import { useParams } from 'react-router';

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { pick } from '@/domain/lang';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Facts } from '@/ui/facts';
import { Fingerprint } from '@/ui/fingerprint';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Steps } from '@/ui/steps';

import css from './committee.module.css';
import { ConfirmStep } from './confirm-step';
import { DemoKey } from './demo-key';
import { KeyStep, RehearsalStep } from './own-steps';
import { FormPanel } from './form-panel';
import { useCommittee, useProgress, type CommitteeSheet, type Seat } from './queries';
import { RecoverPanel } from './recover-panel';
import { ReleasePanel } from './release-panel';

// Who else has a seat sees how far it is, and no records.
const READS_RECORDS: ReadonlySet<string> = new Set(['purchaser', 'approver', 'auditor']);

const STEPS = ['form', 'keys', 'confirm', 'rehearse', 'ready'] as const;

export default function CommitteePage() {
  const { t, lang } = useWords('committee');
  const { roundId = '' } = useParams();
  const committee = useCommittee(roundId);
  return (
    <QueryView query={committee}>
      {(sheet) => (
        <div className="stack">
          <PageHeader
            back={sheet.own_seat === null ? { to: `/tenders/${sheet.tender_id}`, label: sheet.reference } : { to: '/committee', label: t('title') }}
            title={`${t('committee')}${t('common:colon')}${pick(lang, { zh: sheet.title_zh, en: sheet.title_en })}`}
            lead={lang === 'zh' ? sheet.custody_zh : sheet.custody_en}
          />
          {sheet.status === 'scheduled' || sheet.step !== 'ready' ? <Preparing sheet={sheet} /> : null}
          <DemoKey sheet={sheet} />
          <OwnStep sheet={sheet} />
          <FormPanel sheet={sheet} />
          {sheet.status !== 'scheduled' && <OpeningPanel sheet={sheet} />}
          <SeatsPanel sheet={sheet} />
          <PolicyPanel sheet={sheet} />
          <Protection />
        </div>
      )}
    </QueryView>
  );
}

function Preparing({ sheet }: { sheet: CommitteeSheet }) {
  const { t } = useWords('committee');
  const isLate = sheet.status === 'scheduled' && sheet.step !== 'ready' && sheet.now >= sheet.opens_at;
  return (
    <Panel title={t('preparing')}>
      <div className="stack">
        <Steps steps={STEPS} present={STEPS.indexOf(sheet.step)} isThrough={sheet.step === 'ready'} say={(step) => t(`steps.${step}`)} label={t('preparing')} />
        <p>{t(`next.${sheet.step}`)}</p>
        <Facts
          items={[
            { term: t('opens'), value: <Instant at={sheet.opens_at} named /> },
            { term: t('closes'), value: <Instant at={sheet.closes_at} named /> },
          ]}
        />
        {isLate && <Banner tone="warn">{t('late')}</Banner>}
        {sheet.status === 'open' && sheet.step !== 'ready' && <Banner tone="warn">{t('late_again')}</Banner>}
      </div>
    </Panel>
  );
}

function OwnStep({ sheet }: { sheet: CommitteeSheet }) {
  const { t } = useWords('committee');
  const [isAnew, setAnew] = useState(false);
  const own = sheet.seats.find((seat) => seat.is_own);
  if (own === undefined || (sheet.status !== 'scheduled' && sheet.status !== 'open')) return null;
  // A key that was lost before all are there is simply made again; the page leaves the form once the new one is in.
  if (own.key === null || (isAnew && sheet.policy_digest === '')) return <KeyStep sheet={sheet} seat={own.seat} onDone={() => setAnew(false)} />;
  if (sheet.policy_digest === '') {
    return (
      <Panel title={t('key_there')}>
        <div className="stack">
          <p>{t('key_there_why')}</p>
          <div className="row">
            <Button onClick={() => setAnew(true)}>{t('key_again')}</Button>
          </div>
        </div>
      </Panel>
    );
  }
  if (!own.has_confirmed) return <ConfirmStep sheet={sheet} seat={own.seat} />;
  return own.has_rehearsed ? null : <RehearsalStep sheet={sheet} seat={own.seat} />;
}

function OpeningPanel({ sheet }: { sheet: CommitteeSheet }) {
  const { t } = useWords('committee');
  const progress = useProgress(sheet.round_id);
  const me = useSignedIn();
  return (
    <QueryView query={progress}>
      {(known) => (
        <Panel title={t('opening.title')}>
          <div className="stack">
            <p>{t(known.step === 'members' && known.packages === null ? 'opening.members_uncounted' : `opening.${known.step}`, { released: known.released, k: known.k, n: known.n, packages: known.packages ?? 0 })}</p>
            {known.step !== 'none' && known.step !== 'done' && <p className="small muted">{t(`opening.protects_${known.step}`, { k: known.k })}</p>}
            {known.envelope !== null && (
              <ul className="plain">
                {known.seats.map((seat) => (
                  <li key={seat.seat}>
                    {seat.seat} · {t(`words:seats.${seat.title}`)} <Tag tone={seat.has_released ? 'good' : 'calm'}>{t(seat.has_released ? 'opening.released' : 'opening.waits')}</Tag>{' '}
                    {seat.false > 0 && <Tag tone="bad">{t('opening.false', { count: seat.false })}</Tag>}
                  </li>
                ))}
              </ul>
            )}
            {known.own_seat !== null && known.envelope !== null && !known.seats.some((seat) => seat.seat === known.own_seat && seat.has_released) && (
              <ReleasePanel sheet={sheet} envelope={known.envelope} />
            )}
            {known.step === 'opening' && known.done !== null && known.packages !== null && (
              <p role="status">
                <progress value={known.done} max={known.packages} /> {t('opening.progress', { done: known.done, of: known.packages })}
              </p>
            )}
            <RecoverPanel progress={known} />
            {known.step === 'done' && me.roles.some((role) => READS_RECORDS.has(role)) && <ButtonLink to={`/tenders/${known.tender_id}/opening`}>{t('opening.records')}</ButtonLink>}
          </div>
        </Panel>
      )}
    </QueryView>
  );
}

function SeatsPanel({ sheet }: { sheet: CommitteeSheet }) {
  const { t } = useWords('committee');
  if (sheet.seats.length === 0) return null;
  const done = (isDone: boolean, word: string) => <Tag tone={isDone ? 'good' : 'calm'}>{isDone ? word : t('open')}</Tag>;
  const columns = [
    { key: 'seat', title: t('seat'), cell: (one: Seat) => `${one.seat} · ${t(`words:seats.${one.title}`)}` },
    { key: 'name', title: t('member'), cell: (one: Seat) => (one.is_own ? t('you', { name: one.name }) : one.name) },
    { key: 'key', title: t('key'), cell: (one: Seat) => done(one.key !== null, t('done.key')) },
    { key: 'confirmed', title: t('steps.confirm'), cell: (one: Seat) => done(one.has_confirmed, t('done.confirm')) },
    { key: 'rehearsed', title: t('steps.rehearse'), cell: (one: Seat) => done(one.has_rehearsed, t('done.rehearse')) },
  ];
  return (
    <Panel title={t('members', { k: sheet.k, n: sheet.titles.length })} flush>
      <PlainTable caption={t('members', { k: sheet.k, n: sheet.titles.length })} rows={sheet.seats} rowKey={(one) => String(one.seat)} columns={columns} />
    </Panel>
  );
}

function PolicyPanel({ sheet }: { sheet: CommitteeSheet }) {
  const { t } = useWords('committee');
  if (sheet.policy_digest === '') return null;
  return (
    <Panel title={t('policy')}>
      <div className="stack">
        <p>{t('policy_why')}</p>
        <Fingerprint groups={sheet.fingerprint} />
        <p className="small">
          <code style={{ overflowWrap: 'anywhere' }}>{sheet.policy_digest}</code> <CopyButton text={sheet.policy_digest} />
        </p>
      </div>
    </Panel>
  );
}

function Protection() {
  const { t } = useWords('committee');
  return (
    <Banner title={t('protects.title')}>
      <ul className={css['points']}>
        <li>{t('protects.operator')}</li>
        <li>{t('protects.members')}</li>
        <li>{t('protects.failed')}</li>
        <li>{t('protects.not')}</li>
      </ul>
    </Banner>
  );
}
