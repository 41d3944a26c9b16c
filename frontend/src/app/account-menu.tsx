// Who one is, where one's sessions are, and the way out.

import { Link, useNavigate } from 'react-router';

import { useSignOut, type Me } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { MenuButton } from '@/ui/menu-button';

import css from './desk-frame.module.css';

export function AccountMenu({ me }: { me: Me }) {
  const { t, find } = useWords('frame');
  const roles = me.roles.map((role) => find(`words:roles.${role}`, role)).join(t('common:list_separator'));
  return (
    <MenuButton
      label={t('account')}
      face={
        <>
          <span className={css['avatar']} aria-hidden="true">
            {[...me.name][0] ?? '·'}
          </span>
          <span className={css['who']}>
            <span className={css['whoName']}>{me.name}</span>
            <span className={css['whoRole']}>{roles}</span>
          </span>
          <Icon name="down" size={14} />
        </>
      }
    >
      {(close) => <Sheet me={me} roles={roles} close={close} />}
    </MenuButton>
  );
}

function Sheet({ me, roles, close }: { me: Me; roles: string; close: () => void }) {
  const { t } = useWords('frame');
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <div className={css['sheet']}>
      <p className={css['sheetWho']}>
        <span className="muted small">{t('signed_in_as')}</span>
        <strong>{me.name}</strong>
        <span className="small">{me.email}</span>
        <span className="muted small">{roles}</span>
      </p>
      <Link to="/account" className={css['sheetLink']} onClick={close}>
        <Icon name="account" size={16} />
        {t('your_account')}
      </Link>
      {me.demo && (
        <Link to="/door" className={css['sheetLink']} onClick={close}>
          <Icon name="accounts" size={16} />
          {t('change_seat')}
        </Link>
      )}
      <Button
        wide
        busy={signOut.isPending}
        onClick={() => {
          signOut.mutate(undefined, { onSettled: () => void navigate('/') });
        }}
      >
        {t('common:actions.sign_out')}
      </Button>
    </div>
  );
}
