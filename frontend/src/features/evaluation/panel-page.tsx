// PL-03: the evaluation panel: who is invited, who has declared, who has submitted; never a mark, and a declaration's words only for those who may read them.

import { useParams } from 'react-router';

import type { Tone } from '@/domain/states';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import css from './evaluation.module.css';
import { InvitePanel } from './invite-panel';
import { useCallPanel, usePanel, type PanelMember, type PanelView } from './queries';
import { firstOf, without } from './seating';

export default function PanelPage() {
  const { t } = useWords('evaluation');
  const { tenderId = '' } = useParams();
  const query = usePanel(tenderId);
  return (
    <>
      <PageHeader title={t('panel.title')} lead={t('panel.lead')} back={{ to: `/tenders/${tenderId}`, label: t('back') }} />
      <QueryView query={query}>{(panel) => <PanelParts panel={panel} />}</QueryView>
    </>
  );
}

function PanelParts({ panel }: { panel: PanelView }) {
  const { t } = useWords('evaluation');
  const open = panel.members.filter((member) => member.state === 'invited').length;
  const declared = panel.members.filter((member) => member.declaration !== null);
  return (
    <div className="stack">
      {panel.locked_at !== null && (
        <Banner tone="good" title={t('panel.locked')}>
          <p>
            <Instant at={panel.locked_at} as="second" named />
          </p>
        </Banner>
      )}
      {panel.locked_at === null && open > 0 && <Banner tone="warn">{t('panel.undeclared', { count: open })}</Banner>}
      <Panel title={t('panel.members')} flush>
        {panel.members.length === 0 ? (
          <Empty icon="accounts" title={t('panel.empty')}>
            {t('panel.empty_why')}
          </Empty>
        ) : (
          <Members panel={panel} />
        )}
      </Panel>
      {declared.length > 0 && (
        <Panel title={t('panel.declarations')} note={t('panel.declarations_note')}>
          <ul className="stack">
            {declared.map((member) => (
              <Declared key={member.account_id} member={member} />
            ))}
          </ul>
        </Panel>
      )}
      {panel.can_invite && <InvitePanel panel={panel} />}
    </div>
  );
}

const TONES: Readonly<Record<PanelMember['state'], Tone>> = { invited: 'warn', ready: 'calm', submitted: 'good', recused: 'off' };

function Members({ panel }: { panel: PanelView }) {
  const { t } = useWords('evaluation');
  const call = useCallPanel(panel.tender_id);
  const seat = (accounts: readonly string[]) => call.mutate(accounts, { onSuccess: () => announce(t('panel.changed')) });
  const columns: Column<PanelMember>[] = [
    {
      key: 'name',
      title: t('panel.member'),
      cell: (one) => (
        <span className="row">
          <span>{one.name}</span>
          {one.is_chair && <Tag>{t('chair')}</Tag>}
        </span>
      ),
    },
    { key: 'state', title: t('panel.state'), cell: (one) => <Tag tone={TONES[one.state]}>{t(`panel.states.${one.state}`)}</Tag> },
    ...(panel.can_invite
      ? [
          {
            key: 'acts',
            title: t('panel.acts'),
            cell: (one: PanelMember) => <Acts member={one} panel={panel} isBusy={call.isPending} onSeat={seat} />,
          },
        ]
      : []),
  ];
  return (
    <>
      {call.isError && (
        <div className={css['inset']}>
          <ProblemAlert error={call.error} title={t('common:states.not_saved')} />
        </div>
      )}
      <PlainTable caption={t('panel.members')} columns={columns} rows={panel.members} rowKey={(one) => one.account_id} />
    </>
  );
}

interface ActsProps {
  member: PanelMember;
  panel: PanelView;
  isBusy: boolean;
  onSeat: (accounts: readonly string[]) => void;
}

function Acts({ member, panel, isBusy, onSeat }: ActsProps) {
  const { t } = useWords('evaluation');
  if (member.state === 'recused') return <span className="muted">{t('common:table.none')}</span>;
  const rest = without(panel.members, member.account_id);
  return (
    <span className="row">
      {!member.is_chair && (
        <Button size="small" look="quiet" busy={isBusy} aria-label={t('panel.make_chair_of', { name: member.name })} onClick={() => onSeat(firstOf(panel.members, member.account_id))}>
          {t('panel.make_chair')}
        </Button>
      )}
      {rest.length > 0 && (
        <Button size="small" look="quiet" busy={isBusy} aria-label={t('panel.remove_of', { name: member.name })} onClick={() => onSeat(rest)}>
          {t('common:actions.remove')}
        </Button>
      )}
    </span>
  );
}

function Declared({ member }: { member: PanelMember }) {
  const { t } = useWords('evaluation');
  const { declaration } = member;
  if (declaration === null) return null;
  return (
    <li className="stack-tight">
      <p className="row">
        <strong>{member.name}</strong>
        <span>{t(declaration.has_conflict ? 'panel.conflict' : 'panel.no_conflict')}</span>
        <Instant at={declaration.declared_at} />
      </p>
      {declaration.text !== '' && <blockquote className={css['said']}>{declaration.text}</blockquote>}
    </li>
  );
}
