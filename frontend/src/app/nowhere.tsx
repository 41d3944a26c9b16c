// An address of ours that leads nowhere.

import { useMe } from '@/api/session';
import { homeOf } from '@/domain/roles';
import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { NotFound } from '@/ui/states';

export function Nowhere() {
  const { t } = useWords();
  const me = useMe();
  return <NotFound isPage next={<ButtonLink to={me ? homeOf(me.roles) : '/'}>{t('actions.back')}</ButtonLink>} />;
}
