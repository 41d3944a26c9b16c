// A secret that was just made: shown once, for the receiver to check signatures with.

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Sheet } from '@/ui/sheet';

export function SecretSheet({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useWords('notices');
  return (
    <Sheet
      title={t('webhooks.secret_title')}
      onClose={onClose}
      foot={
        <Button look="primary" onClick={onClose}>
          {t('webhooks.kept')}
        </Button>
      }
    >
      <div className="stack">
        <Banner tone="warn" role="alert">
          {t('webhooks.secret_once')}
        </Banner>
        <code style={{ overflowWrap: 'anywhere' }}>{secret}</code>
        <div className="row">
          <CopyButton text={secret} />
        </div>
      </div>
    </Sheet>
  );
}
