// How many notices wait.

import { Link } from 'react-router';

import { useNotices } from '@/api/notices';
import { useWords } from '@/i18n/use-words';
import { Icon } from '@/ui/icon';

import css from './desk-frame.module.css';

export function Bell() {
  const { t } = useWords('frame');
  const unread = useNotices().data?.unread ?? 0;
  return (
    <Link to="/notices" className={css['tool']} aria-label={unread > 0 ? t('unread', { count: unread }) : t('notices')}>
      <Icon name="bell" size={20} />
      {unread > 0 && (
        <span className={css['badge']} aria-hidden="true">
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </Link>
  );
}
