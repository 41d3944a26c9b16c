// A pause by phone (CK-12): the code a purchaser says to the neutral desk when this screen is of no use any more.
import { useWords } from '@/i18n/use-words';
import { Icon } from '@/ui/icon';

import css from './call-code.module.css';

export function CallCode({ code, isLost }: { code: string; isLost: boolean }) {
  const { t } = useWords('cockpit');
  return (
    <details className={css['code']} open={isLost || undefined}>
      <summary>
        <Icon name="help" size={16} />
        {t('phone.title')}
      </summary>
      <p>
        {t('phone.how')} <b className={css['digits']}>{`${code.slice(0, 4)} ${code.slice(4)}`}</b>
      </p>
      <p className="small muted">{t('phone.note')}</p>
    </details>
  );
}
