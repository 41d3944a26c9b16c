// SP-01: what needs me. One list for all of the buyer's tenders, the most urgent first, each with its one next step.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { send } from '@/api/client';
import type { components } from '@/api/schema';
import { useSignedIn } from '@/api/session';
import { pick, pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { AgreementCards } from '@/ui/agreement-cards';
import { ButtonLink } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';
import { useServerNow } from '@/ui/use-server-now';

import { useInvitations, type InvitationRow } from './api';
import css from './home.module.css';
import { isAsked, isPast, nextTime, tasksOf, type InvitationKind, type Task } from './invitation-kind';
import { useSealedStandings, type SealedStanding } from './sealed-standing';

export default function SupplierHomePage() {
  const { t, lang } = useWords('tenders');
  const me = useSignedIn();
  const invitations = useInvitations();
  const dossier = useOwnDossier();
  const company = dossier.data === undefined ? me.name : pickName(lang, dossier.data);
  return (
    <div className="stack">
      <PageHeader title={t('home.title', { name: me.name })} lead={company} />
      <AgreementCards />
      <QueryView query={invitations}>{({ items }) => <Tasks items={items} validUntil={dossier.data?.current?.valid_until ?? null} />}</QueryView>
    </div>
  );
}

function useOwnDossier() {
  return useQuery({ queryKey: ['my-supplier'], queryFn: () => send<components['schemas']['OwnDossierView']>('GET', '/api/my/supplier'), staleTime: 60_000 });
}

function Tasks({ items, validUntil }: { items: readonly InvitationRow[]; validUntil: string | null }) {
  const { t } = useWords('tenders');
  const now = useServerNow(5_000);
  const tasks = tasksOf(items, now, useSealedStandings(items));
  const open = tasks.filter((task) => !isPast(task.kind));
  const past = tasks.filter((task) => isPast(task.kind));
  const [first, ...others] = open;
  if (tasks.length === 0) {
    return (
      <Panel>
        <Empty icon="home" title={t('home.empty')}>
          {validUntil !== null && (
            <p>
              {t('home.empty_valid')} <Instant at={validUntil} as="date" />
            </p>
          )}
        </Empty>
      </Panel>
    );
  }
  return (
    <>
      {first ? <FirstCard task={first} /> : <Panel><Empty icon="check" title={t('home.nothing')} /></Panel>}
      {others.length > 0 && <TaskList title={t('home.also')} tasks={others} />}
      {past.length > 0 && <TaskList title={t('home.past')} tasks={past} />}
    </>
  );
}

/** The one thing to do now, one tap away. */
function FirstCard({ task: { row, kind, sealed } }: { task: Task }) {
  const { t, lang } = useWords('tenders');
  const isRoom = kind === 'room_open' || kind === 'room_soon';
  return (
    <section className={[css['first'], isRoom ? css['room'] : ''].join(' ')}>
      <div className={css['about']}>
        <p className={css['kind']}>{t(`kinds.${kind}`)}</p>
        <h2>{pick(lang, { zh: row.title_zh, en: row.title_en })}</h2>
        <p className={css['reference']}>{row.reference}</p>
        {isAsked(kind) && <p>{t(`kinds_why.${kind}`)}</p>}
        <SealedNote kind={kind} sealed={sealed} />
      </div>
      <Clock row={row} kind={kind} sealed={sealed} />
      <div className={css['go']}>
        <ButtonLink to={targetOf(row, kind)} look="primary" size="large" wide>
          {t(`next.${kind}`)}
        </ButtonLink>
        {(isRoom || kind === 'sealed_open' || kind === 'sealed_done') && <Link to={`/tenders/${row.id}`}>{t('home.read_terms')}</Link>}
      </div>
    </section>
  );
}

function Clock({ row, kind, sealed }: Pick<Task, 'row' | 'kind' | 'sealed'>) {
  const { t } = useWords('tenders');
  if (kind === 'room_open' || kind === 'evaluation' || kind === 'sealed_closed') return <div />;
  const { said, at } = nextTime(row, kind, sealed);
  return (
    <div className={css['clock']}>
      <p>{t(said)}</p>
      <p className={css['time']}>
        <Countdown until={at} over="00:00:00" />
      </p>
      <p className={css['exact']}>
        <Instant at={at} named />
      </p>
    </div>
  );
}

/** Sealed on how many lots, and when; nothing about anybody else. */
function SealedNote({ kind, sealed }: { kind: InvitationKind; sealed: SealedStanding | undefined }) {
  const { t } = useWords('tenders');
  if (sealed === undefined || sealed.sealedAt === null || !kind.startsWith('sealed_')) return null;
  return (
    <p className={css['exact']}>
      {t('home.sealed_at', { sealed: sealed.sealed, lots: sealed.lots })} <Instant at={new Date(sealed.sealedAt).toISOString()} />
    </p>
  );
}

function targetOf(row: InvitationRow, kind: InvitationKind): string {
  if (kind === 'room_open' || kind === 'room_soon') return `/rooms/${row.round_id}`;
  if (kind.startsWith('sealed_') && row.sealed_round_id !== null) return `/sealed/${row.sealed_round_id}`;
  return kind === 'result' || kind === 'evaluation' ? `/tenders/${row.id}/result` : `/tenders/${row.id}`;
}

const TONES: Partial<Record<InvitationKind, 'live' | 'warn' | 'good'>> = {
  sealed_copy: 'warn',
  sealed_help: 'warn',
  room_open: 'live',
  room_soon: 'live',
  acknowledge: 'warn',
  answer: 'warn',
  joined: 'good',
  sealed_open: 'live',
  sealed_done: 'good',
};

function TaskList({ title, tasks }: { title: string; tasks: readonly Task[] }) {
  const { t, lang } = useWords('tenders');
  return (
    <Panel title={title} flush>
      <ul>
        {tasks.map(({ row, kind, sealed }) => (
          <li key={row.id} className={css['task']}>
            <div className={css['about']}>
              <Link to={`/tenders/${row.id}`}>{pick(lang, { zh: row.title_zh, en: row.title_en })}</Link>
              <p className={css['reference']}>{row.reference}</p>
            </div>
            <Tag tone={TONES[kind] ?? 'calm'}>{t(`kinds.${kind}`)}</Tag>
            <TaskTime row={row} kind={kind} sealed={sealed} />
            <ButtonLink to={targetOf(row, kind)} look={isPast(kind) ? 'quiet' : 'plain'}>
              {t(`next.${kind}`)}
            </ButtonLink>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function TaskTime({ row, kind, sealed }: Pick<Task, 'row' | 'kind' | 'sealed'>) {
  const { t } = useWords('tenders');
  const { said, at } = nextTime(row, kind, sealed);
  const isPlain = said === 'home.opens' || said === 'home.sealed_opens';
  return (
    <div>
      <p className={css['exact']}>
        {t(isPlain ? 'home.round_at' : said)} <Instant at={at} />
      </p>
      <SealedNote kind={kind} sealed={sealed} />
    </div>
  );
}
