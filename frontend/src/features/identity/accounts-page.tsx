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
import { Sheet } from '@/ui/sheet';
import { StateTag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { InviteSheet } from './invite-sheet';
import { useAccounts, useDisableAccount, type Account } from './queries';

export default function AccountsPage() {
  const { t } = useWords('identity');
  const accounts = useAccounts();
  const [isInviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<Account | null>(null);
  const invite = (
    <Button look="primary" icon="plus" onClick={() => setInviting(true)}>
      {t('accounts.invite')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('accounts.title')} lead={t('accounts.lead')} actions={invite} />
      <Panel flush>
        <QueryView query={accounts}>
          {(list) => (list.length === 0 ? <Empty title={t('accounts.empty')} next={invite} /> : <List accounts={list} onDisable={setLeaving} />)}
        </QueryView>
      </Panel>
      {isInviting && <InviteSheet onClose={() => setInviting(false)} />}
      {leaving && <DisableSheet account={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

function List({ accounts, onDisable }: { accounts: readonly Account[]; onDisable: (account: Account) => void }) {
  const { t, find } = useWords('identity');
  const me = useSignedIn();
  const rolesOf = (account: Account) => account.roles.map((role) => find(`words:roles.${role}`, role)).join(t('common:list_separator'));
  return (
    <PlainTable
      caption={t('accounts.title')}
      rows={accounts}
      rowKey={(account) => account.id}
      columns={[
        { key: 'name', title: t('name'), cell: (account) => account.name },
        { key: 'email', title: t('email'), cell: (account) => account.email },
        { key: 'roles', title: t('account.roles'), cell: rolesOf },
        { key: 'state', title: t('accounts.state'), cell: (account) => <StateTag kind="account" state={account.state} /> },
        {
          key: 'act',
          title: t('accounts.act'),
          right: true,
          cell: (account) =>
            account.state !== 'disabled' && account.id !== me.account_id ? (
              <Button size="small" look="danger" aria-label={`${t('accounts.disable')}: ${account.name}`} onClick={() => onDisable(account)}>
                {t('accounts.disable')}
              </Button>
            ) : (
              t('common:table.none')
            ),
        },
      ]}
    />
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
