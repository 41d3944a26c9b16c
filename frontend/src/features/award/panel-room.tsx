// DR-01, DR-04: the panel confirms the ranking and votes on the shortlist; the purchaser locks it. Who is missing is listed.

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import css from './award.module.css';
import { CutForm } from './cut-form';
import { isBlocked, useConfirm, useLockShortlist, useRoom, type Ballot, type Cut, type Room } from './panel-queries';
import type { Ranking } from './queries';
import { VoteForm } from './vote-form';

interface PanelRoomProps {
  ranking: Ranking;
  zone?: string;
}

/** Nothing where no panel has to be asked. */
export function PanelRoom({ ranking, zone }: PanelRoomProps) {
  const { t } = useWords('panel');
  const room = useRoom(ranking.tender_id).data;
  if (room === undefined || room.state === 'waiting' || room.state === 'not_due') return null;
  const inZone = zone === undefined ? {} : { zone };
  const at = room.locked_at ?? room.proposed_at;
  return (
    <Panel title={t('title')} actions={<Tag tone={room.state === 'locked' ? 'good' : 'warn'}>{t(`states.${room.state}`)}</Tag>} flush>
      <div className={css['inset']}>
        <p>{t(`lead.${room.state}`)}</p>
        {at !== null && (
          <p className="small muted">
            {t(room.locked_at === null ? 'proposed_at' : 'locked_at')} <Instant at={at} named {...inZone} />
          </p>
        )}
      </div>
      {room.proposed_at !== null && room.cuts.map((cut) => <PutCut key={cut.lot_id} cut={cut} isOnly={room.cuts.length === 1} />)}
      {room.proposed_at !== null && <Ballots room={room} {...inZone} />}
      {room.can_confirm && <Confirm room={room} />}
      {room.can_vote && <VoteForm key={room.shortlist_digest} room={room} />}
      {room.can_lock && <Lock room={room} />}
      {room.can_propose && <CutForm key={room.shortlist_digest ?? room.rankings_digest} ranking={ranking} room={room} />}
    </Panel>
  );
}

/** The shortlist that is with the panel, with what was written on each offer. */
function PutCut({ cut, isOnly }: { cut: Cut; isOnly: boolean }) {
  const { t, lang } = useWords('panel');
  return (
    <div className={css['inset']}>
      <p>
        <span className="muted">{isOnly ? t('cut.title') : t('cut.title_lot', { number: cut.number, title: pick(lang, { zh: cut.title_zh, en: cut.title_en }) })}</span>{' '}
        <strong>{cut.labels.join(t('common:list_separator'))}</strong>
      </p>
      {cut.reason !== '' && (
        <div>
          <p className="small muted">
            {t('cut.why')} · {t('cut.moved', { count: cut.by_rule })}
          </p>
          <blockquote className={css['note']}>{cut.reason}</blockquote>
        </div>
      )}
      {cut.notes.length > 0 && (
        <details className={css['proof']}>
          <summary>{t('cut.notes')}</summary>
          <Facts items={cut.notes.map((note) => ({ term: note.label, value: <span className={css['said']}>{note.text}</span> }))} />
        </details>
      )}
    </div>
  );
}

function Ballots({ room, zone }: { room: Room; zone?: string }) {
  const { t } = useWords('panel');
  const count = (vote: Ballot['vote']) => room.ballots.filter((ballot) => ballot.vote === vote).length;
  const inZone = zone === undefined ? {} : { zone };
  const columns: Column<Ballot>[] = [
    {
      key: 'member',
      title: t('member'),
      cell: (ballot) => (
        <span className="row">
          {ballot.name}
          {ballot.is_you && <Tag>{t('you')}</Tag>}
        </span>
      ),
    },
    {
      key: 'ranking',
      title: t('ranking'),
      cell: (ballot) =>
        ballot.confirmed_at === null ? (
          <Tag tone="warn">{t('not_confirmed')}</Tag>
        ) : (
          <span className={css['marked']}>
            <Tag tone="good">{t('confirmed')}</Tag>
            <Instant at={ballot.confirmed_at} {...inZone} />
          </span>
        ),
    },
    { key: 'vote', title: t('vote'), cell: (ballot) => <VoteMark vote={ballot.vote} /> },
    { key: 'reason', title: t('reason'), cell: (ballot) => <span className={css['said']}>{ballot.reason || t('common:table.none')}</span> },
  ];
  return (
    <>
      <PlainTable caption={t('table')} columns={columns} rows={room.ballots} rowKey={(ballot) => ballot.name} />
      <p className={css['inset']} aria-live="polite">
        {t('counts', { yes: count('for'), against: count('against'), abstained: count('abstain') })}
      </p>
    </>
  );
}

function VoteMark({ vote }: { vote: Ballot['vote'] }) {
  const { t } = useWords('panel');
  if (vote === null) return <Tag tone="warn">{t('not_voted')}</Tag>;
  return <Tag tone={vote === 'for' ? 'good' : vote === 'against' ? 'bad' : 'calm'}>{t(`votes.${vote}`)}</Tag>;
}

function Confirm({ room }: { room: Room }) {
  const { t } = useWords('panel');
  const confirm = useConfirm(room.tender_id);
  return (
    <div className={css['inset']}>
      <p>{t('confirm.why')}</p>
      <ProblemAlert error={confirm.error} />
      <div>
        <Button look="primary" icon="check" busy={confirm.isPending} onClick={() => confirm.mutate(room.rankings_digest ?? '', { onSuccess: () => announce(t('confirm.said')) })}>
          {t('confirm.button')}
        </Button>
      </div>
    </div>
  );
}

function Lock({ room }: { room: Room }) {
  const { t } = useWords('panel');
  const lock = useLockShortlist(room.tender_id);
  return (
    <div className={css['inset']}>
      <p>{t('lock.why')}</p>
      <ProblemAlert error={lock.error} />
      <div>
        <Button look="primary" icon="lock" busy={lock.isPending} onClick={() => lock.mutate(room.shortlist_digest ?? '', { onSuccess: () => announce(t('lock.said')) })}>
          {t('lock.button')}
        </Button>
      </div>
    </div>
  );
}

/** DR-08: what is missing before a decision can be proposed, as a list. */
export function MissingList({ room }: { room: Room | undefined }) {
  const { t } = useWords('panel');
  if (room === undefined || !isBlocked(room)) return null;
  const named = (ballots: readonly Ballot[]) => ballots.map((ballot) => ballot.name).join(t('common:list_separator'));
  const unconfirmed = room.ballots.filter((ballot) => ballot.confirmed_at === null);
  const silent = room.ballots.filter((ballot) => ballot.vote === null);
  return (
    <Banner tone="warn" title={t('missing.title')}>
      <ul>
        {room.state === 'to_propose' && <li>{t('missing.to_propose')}</li>}
        {unconfirmed.length > 0 && <li>{t('missing.confirmations', { who: named(unconfirmed) })}</li>}
        {silent.length > 0 && <li>{t('missing.votes', { who: named(silent) })}</li>}
        {room.is_outvoted && <li>{t('missing.outvoted')}</li>}
        {room.unexamined.map((one) => (
          <li key={one.code}>{t(`missing.${one.code}`, { number: one.number, label: one.label ?? '' })}</li>
        ))}
        <li>{t('missing.lock')}</li>
      </ul>
    </Banner>
  );
}
