// A new secret for an address: asked first, shown once; the one before it signs beside it for a day.

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { SecretSheet } from './secret-sheet';
import { useNewSecret, type Webhook } from './webhook-queries';

export function NewSecretSheet({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useWords('notices');
  const renew = useNewSecret(webhook.id);
  if (renew.data) return <SecretSheet secret={renew.data.secret} onClose={onClose} />;
  return (
    <Sheet
      title={t('webhooks.renew_title', { name: webhook.name })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={renew.isPending} onClick={() => renew.mutate()}>
            {t('webhooks.acts.secret')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{t('webhooks.renew_effect')}</p>
        <ProblemAlert error={renew.error} />
      </div>
    </Sheet>
  );
}
