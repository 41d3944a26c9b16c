// Taking the own offer back: confirmed once, and a new one may follow until the close.
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Sheet } from '@/ui/sheet';

import type { SealedLot } from './queries';

export function WithdrawSheet({ lot, onClose, onWithdraw }: { lot: SealedLot; onClose: () => void; onWithdraw: () => void }) {
  const { t, lang } = useWords('sealed-rounds');
  const withdraw = () => {
    onClose();
    onWithdraw();
  };
  return (
    <Sheet
      title={t('withdraw.title')}
      onClose={onClose}
      foot={
        <div className="row">
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="danger" onClick={withdraw}>
            {t('withdraw.confirm')}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <p>
          <strong>
            {lot.number} · {pick(lang, { zh: lot.title_zh, en: lot.title_en })}
          </strong>
        </p>
        <p>{t('withdraw.why')}</p>
      </div>
    </Sheet>
  );
}
