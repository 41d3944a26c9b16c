// AD-01, lean: the staff's accounts, for the administrator. Invite and disable; bids and scores are nowhere here.

import { useState } from 'react';

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Banner } from '@/ui/banner';
import { Instant } from '@/ui/instant';
import { Sheet } from '@/ui/sheet';
import { StateTag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { InviteSheet } from './invite-sheet';
import { useAccounts, useDisableAccount, type Account } from './queries';
import { ResetFactorsSheet, RolesSheet } from './roles-sheet';
import css from './security.module.css';

export default function AccountsPage() {
  const { t } = useWords('identity');
  const { t: say } = useWords('security');
  const accounts = useAccounts();
  const [isInviting, setInviting] = useState(false);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const me = useSignedIn();
  // Until an auditor is there, nobody can agree to what the administrator grants.
  const isAlone = !(accounts.data ?? []).some((one) => one.state === 'active' && one.roles.includes('auditor') && one.id !== me.account_id);
  const close = () => setChosen(null);
  const invite = (
    <Button look="primary" icon="plus" onClick={() => setInviting(true)}>
      {t('accounts.invite')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('accounts.title')} lead={t('accounts.lead')} actions={invite} />
      <div className="stack">
        {accounts.data && isAlone && <Banner tone="warn">{say('roles.alone')}</Banner>}
        <Panel flush>
          <QueryView query={accounts}>
            {(list) => (list.length === 0 ? <Empty title={t('accounts.empty')} next={invite} /> : <List accounts={list} onChoose={setChosen} />)}
          </QueryView>
        </Panel>
      </div>
      {isInviting && <InviteSheet isAlone={isAlone} onClose={() => setInviting(false)} />}
      {chosen?.act === 'roles' && <RolesSheet account={chosen.account} isAlone={isAlone} onClose={close} />}
      {chosen?.act === 'reset' && <ResetFactorsSheet account={chosen.account} onClose={close} />}
      {chosen?.act === 'disable' && <DisableSheet account={chosen.account} onClose={close} />}
    </>
  );
}

interface Chosen {
  act: 'roles' | 'reset' | 'disable';
  account: Account;
}

function List({ accounts, onChoose }: { accounts: readonly Account[]; onChoose: (chosen: Chosen) => void }) {
  const { t, find } = useWords('identity');
  const { t: say } = useWords('security');
  const me = useSignedIn();
  const named = (roles: readonly string[]) => roles.map((role) => find(`words:roles.${role}`, role)).join(t('common:list_separator')) || t('common:table.none');
  return (
    <PlainTable
      caption={t('accounts.title')}
      rows={accounts}
      rowKey={(account) => account.id}
      columns={[
        { key: 'name', title: t('name'), cell: (account) => account.name },
        { key: 'email', title: t('email'), cell: (account) => account.email },
        { key: 'roles', title: t('account.roles'), cell: (account) => <Roles account={account} named={named} /> },
        { key: 'factor', title: say('panel.title'), cell: (account) => say(account.has_second_factor ? 'roles.has_factor' : 'roles.no_factor') },
        { key: 'state', title: t('accounts.state'), cell: (account) => <StateTag kind="account" state={account.state} /> },
        {
          key: 'act',
          title: t('accounts.act'),
          right: true,
          cell: (account) =>
            account.state !== 'disabled' && account.id !== me.account_id ? (
              <span className={css['acts']}>
                <Button size="small" aria-label={`${say('roles.change')}: ${account.name}`} onClick={() => onChoose({ act: 'roles', account })}>
                  {say('roles.change')}
                </Button>
                {account.has_second_factor && (
                  <Button size="small" aria-label={`${say('reset.short')}: ${account.name}`} onClick={() => onChoose({ act: 'reset', account })}>
                    {say('reset.short')}
                  </Button>
                )}
                <Button size="small" look="danger" aria-label={`${t('accounts.disable')}: ${account.name}`} onClick={() => onChoose({ act: 'disable', account })}>
                  {t('accounts.disable')}
                </Button>
              </span>
            ) : (
              t('common:table.none')
            ),
        },
      ]}
    />
  );
}

/** What one holds, what waits for an auditor, and whether two of them exclude each other. */
function Roles({ account, named }: { account: Account; named: (roles: readonly string[]) => string }) {
  const { t } = useWords('security');
  return (
    <span className="stack-tight">
      <span>{named(account.roles)}</span>
      {account.pending_roles && account.pending_until && (
        <span className="small">
          {t('roles.pending', { roles: named(account.pending_roles) })} <Instant at={account.pending_until} />
        </span>
      )}
      {account.clashing.length > 0 && <span className="small muted">{t('roles.clash')}</span>}
    </span>
  );
}

function DisableSheet({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useWords('identity');
  const disable = useDisableAccount();
  return (
    <Sheet
      title={t('accounts.disable_title', { name: account.name })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="danger" busy={disable.isPending} onClick={() => disable.mutate(account.id, { onSuccess: onClose })}>
            {t('accounts.disable')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{t('accounts.disable_effect')}</p>
        <ProblemAlert error={disable.error} />
      </div>
    </Sheet>
  );
}
