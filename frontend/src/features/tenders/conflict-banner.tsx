// Two purchasers at once: the later one sees which fields changed and by which role, and decides (SCREENS.md 1.2, stale version).
import { useMutation } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { Problem } from '@/api/problem';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';

import type { StaffTender } from './api';
import { useFieldName } from './field-name';
import type { DraftHandle } from './use-draft';

export function ConflictBanner({ tenderId, conflict, handle }: { tenderId: string; conflict: Problem; handle: DraftHandle }) {
  const { t, find } = useWords('tenders');
  const nameOf = useFieldName();
  const load = useMutation({ mutationFn: () => send<StaffTender>('GET', `/api/tenders/${tenderId}`), onSuccess: (theirs) => handle.takeTheirs(theirs) });
  const role = conflict.detail['by_role'] ?? '';
  const changed = (conflict.detail['changed'] ?? '').split(',').filter(Boolean).map(nameOf);
  return (
    <Banner
      tone="warn"
      role="alert"
      title={t('common:states.changed_meanwhile')}
      actions={
        <>
          <Button busy={load.isPending} onClick={() => load.mutate()}>
            {t('common:states.reload_theirs')}
          </Button>
          <Button look="primary" onClick={() => void handle.keepMine()}>
            {t('conflict.keep_mine')}
          </Button>
        </>
      }
    >
      <p>{t('conflict.who', { role: find(`words:roles.${role}`, role), fields: changed.join(t('common:list_separator')) })}</p>
    </Banner>
  );
}
