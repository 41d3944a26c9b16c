// The session ended by time or by somebody else: the page waits with all that was typed, until its owner is back.

import { useMeQuery } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Sheet } from '@/ui/sheet';

export function SessionEnded() {
  const { t } = useWords();
  const me = useMeQuery();
  const look = () => void me.refetch();
  return (
    <Sheet
      title={t('session.ended_title')}
      onClose={look}
      foot={
        <>
          <Button busy={me.isFetching} onClick={look}>
            {t('actions.continue')}
          </Button>
          <Button look="primary" onClick={() => window.open('/sign-in', '_blank', 'noopener')}>
            {t('session.sign_in')}
          </Button>
        </>
      }
    >
      <p role="alert">{t('session.ended')}</p>
    </Sheet>
  );
}
