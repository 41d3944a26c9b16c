// The summary as an approver reads it: the figures of a certification, the lots of a decision, otherwise named fields.

import type { ReactNode } from 'react';

import { ASPECTS, lastDay } from '@/domain/certification';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Money } from '@/ui/money';
import { PlainTable } from '@/ui/plain-table';
import { RecordView } from '@/ui/record-view';
import { useFieldWords } from '@/ui/use-field-words';

import css from './approvals.module.css';
import { ContractBrief, EndBrief } from './contract-briefs';
import { CommitteeBrief, RecoveryBrief } from './committee-brief';
import { FinalBrief } from './final-brief';
import { BudgetBrief, ProjectBrief } from './project-brief';
import type { Proposal } from './queries';
import { DecisionReserve } from './reserve-brief';
import { AmendBrief, PublishBrief } from './tender-briefs';

export function Brief({ proposal }: { proposal: Proposal }) {
  if (proposal.kind === 'certification.certify') return <CertificationBrief summary={proposal.summary} />;
  if (proposal.kind === 'project.approve') return <ProjectBrief summary={proposal.summary} />;
  if (proposal.kind === 'project.raise_budget') return <BudgetBrief summary={proposal.summary} />;
  if (proposal.kind === 'contract.approve') return <ContractBrief summary={proposal.summary} />;
  if (proposal.kind === 'contract.end') return <EndBrief summary={proposal.summary} />;
  if (proposal.kind === 'bafo.begin' || proposal.kind === 'bafo.cancel') return <FinalBrief summary={proposal.summary} />;
  if (proposal.kind === 'committee.form' || proposal.kind === 'committee.rekey') return <CommitteeBrief summary={proposal.summary} />;
  if (proposal.kind === 'opening.recover') return <RecoveryBrief summary={proposal.summary} />;
  if (proposal.kind === 'decision.award') return <DecisionBrief proposal={proposal} />;
  if (proposal.kind === 'tender.publish') return <PublishBrief proposal={proposal} />;
  if (proposal.kind === 'tender.amend') return <AmendBrief summary={proposal.summary} />;
  if (proposal.kind === 'account.roles') return <RolesBrief summary={proposal.summary} />;
  if (proposal.kind === 'vault.read') return <ReadingBrief summary={proposal.summary} />;
  if (proposal.kind === 'decision.reopen' || proposal.kind === 'decision.reopen_audit') return <ReopeningBrief summary={proposal.summary} />;
  return <PlainBrief summary={proposal.summary} />;
}

type Summary = Proposal['summary'];

const NAMES = new Set(['name_zh', 'name_en', 'title_zh', 'title_en', 'reference']);

/** The names stand in the page's head already. */
function PlainBrief({ summary }: { summary: Summary }) {
  const words = useFieldWords();
  const rest = Object.fromEntries(Object.entries(summary).filter(([key]) => !NAMES.has(key)));
  return Object.keys(rest).length === 0 ? null : <RecordView value={rest} {...words} />;
}

/** Whose roles, from what to what. */
function RolesBrief({ summary }: { summary: Summary }) {
  const { t, find } = useWords('approvals');
  const named = (roles: unknown) =>
    (Array.isArray(roles) ? roles : []).map((role) => find(`words:roles.${String(role)}`, String(role))).join(t('common:list_separator')) || t('common:table.none');
  return (
    <Facts
      items={[
        { term: t('brief.person'), value: text(summary['person']) },
        { term: t('brief.roles_before'), value: named(summary['from']) },
        { term: t('brief.roles_after'), value: named(summary['to']) },
        ...(summary['source'] ? [{ term: t('brief.roles_source'), value: text(summary['source']) }] : []),
      ]}
    />
  );
}

/** What an auditor asks to read: the exact request, never what it would say. */
function ReadingBrief({ summary }: { summary: Summary }) {
  const { t, find, lang } = useWords('approvals');
  const subject = pick(lang, { zh: text(summary['subject_zh']), en: text(summary['subject_en']) });
  return (
    <Facts
      items={[
        { term: t('brief.reading'), value: find(`words:readings.${text(summary['reading'])}`, text(summary['reading'])) },
        { term: t('brief.subject'), value: subject || t('brief.whole') },
        { term: t('brief.why'), value: text(summary['reason']) },
      ]}
    />
  );
}

/** Why a decision should be open again, and which. */
function ReopeningBrief({ summary }: { summary: Summary }) {
  const { t } = useWords('approvals');
  return (
    <div className="stack">
      <blockquote className={css['note']}>{text(summary['reason'])}</blockquote>
      <Facts items={[{ term: t('brief.decision'), value: <code className={css['hash']}>{text(summary['digest'])}</code> }]} />
    </div>
  );
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function CertificationBrief({ summary }: { summary: Summary }) {
  const { t, find } = useWords('approvals');
  const given = new Map(typeof summary['marks'] === 'object' && summary['marks'] !== null ? Object.entries(summary['marks']) : []);
  const marks = ASPECTS.map((aspect) => [aspect, given.get(aspect)] as const);
  const gradeBefore = text(summary['grade_before']);
  const scoreBefore = text(summary['score_before']);
  return (
    <div className="stack">
      <div className={css['grade']}>
        <span className={css['gradeMark']}>{text(summary['grade'])}</span>
        <span>
          <span className={css['gradeScore']}>{text(summary['score'])}</span>
          <span className="muted small"> {gradeBefore ? t('detail.before', { grade: gradeBefore, score: scoreBefore }) : t('detail.first_time')}</span>
        </span>
        <span className={css['gradeUntil']}>
          <span className="muted small">{t('brief.valid_until')}</span>
          <span className="num">{lastDay(text(summary['valid_until']))}</span>
        </span>
      </div>
      <dl className={css['marks']}>
        {marks.map(([aspect, mark]) => (
          <Mark key={aspect} name={find(`words:aspects.${aspect}`, aspect)} mark={text(mark)} />
        ))}
      </dl>
      {text(summary['note']) && <blockquote className={css['note']}>{text(summary['note'])}</blockquote>}
    </div>
  );
}

function Mark({ name, mark }: { name: string; mark: string }): ReactNode {
  return (
    <div className={css['mark']}>
      <dt>{name}</dt>
      <dd>
        {/* The bar repeats the number beside it. */}
        <progress max={100} value={Number(mark)} aria-hidden="true" />
        <span className="num">{mark}</span>
      </dd>
    </div>
  );
}

interface DecidedLot {
  lot: number;
  title_zh: string;
  title_en: string;
  label: string | null;
  rank: number | null;
  amount: string | null;
  /** Only where several are awarded. */
  shares?: readonly { label: string; share: string; rank: number; amount: string }[];
  reason: string | null;
  reserve: string | null;
  bidders: number;
}

interface PanelVotes {
  for: number;
  against: number;
  abstain: number;
  dissent: readonly string[];
}

function DecisionBrief({ proposal }: { proposal: Proposal }) {
  const { summary } = proposal;
  return (
    <div className="stack">
      <DecidedLots summary={summary} />
      <DecisionReserve proposal={proposal} />
      <PanelBrief panel={(summary['panel'] as PanelVotes | undefined) ?? null} />
    </div>
  );
}

/** What the panel said on the shortlist, dissent in full. */
function PanelBrief({ panel }: { panel: PanelVotes | null }) {
  const { t } = useWords('approvals');
  if (panel === null) return null;
  return (
    <div className="stack-tight">
      <p>{t('brief.panel', { yes: panel.for, against: panel.against, abstained: panel.abstain })}</p>
      {panel.dissent.map((reason) => (
        <blockquote key={reason} className={css['note']}>
          {reason}
        </blockquote>
      ))}
    </div>
  );
}

function DecidedLots({ summary }: { summary: Summary }) {
  const { t, lang } = useWords('approvals');
  const lots = Array.isArray(summary['lots']) ? (summary['lots'] as DecidedLot[]) : [];
  const none = t('common:table.none');
  const currency = text(summary['currency']);
  return (
    <PlainTable
      caption={t('detail.brief')}
      rows={lots}
      rowKey={(row) => String(row.lot)}
      columns={[
        { key: 'lot', title: t('words:lot'), cell: (row) => `${String(row.lot)} · ${pick(lang, { zh: row.title_zh, en: row.title_en })}` },
        { key: 'label', title: t('brief.label'), cell: (row) => <strong>{row.shares ? <Each lines={row.shares.map((one) => t('brief.share', one))} /> : (row.label ?? t('detail.no_award'))}</strong> },
        { key: 'rank', title: t('words:rank'), right: true, cell: (row) => (row.shares ? <Each lines={row.shares.map((one) => one.rank)} /> : (row.rank ?? none)) },
        { key: 'amount', title: t('words:bid'), right: true, cell: (row) => (row.shares ? <Each lines={row.shares.map((one) => <Money key={one.label} amount={one.amount} currency={currency} />)} /> : <Money amount={row.amount} currency={currency} />) },
        { key: 'reserve', title: t('brief.reserve'), cell: (row) => row.reserve ?? none },
        { key: 'reason', title: t('brief.reason'), cell: (row) => row.reason ?? none },
      ]}
    />
  );
}

/** One line a share. */
function Each({ lines }: { lines: readonly ReactNode[] }) {
  return (
    <span className="stack-tight">
      {lines.map((line, at) => (
        <span key={at}>{line}</span>
      ))}
    </span>
  );
}
