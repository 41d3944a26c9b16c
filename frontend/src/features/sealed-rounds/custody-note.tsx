// Whose custody a package is in, beside every button that seals; and the fingerprint of the key policy (SEALING.md 1 and 2).
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Fingerprint } from '@/ui/fingerprint';
import { Icon } from '@/ui/icon';

import type { SealedRound } from './queries';
import css from './sealed.module.css';

export function CustodyNote({ round }: { round: SealedRound }) {
  const { t, lang } = useWords('sealed-rounds');
  return (
    <div className={css['custody']}>
      <p>
        <Icon name="lock" size={16} /> <strong>{pick(lang, { zh: round.custody_zh, en: round.custody_en })}</strong>
      </p>
      {round.fingerprint.length === 0 && <p>{t('lobby.committee_waits')}</p>}
      {round.fingerprint.length > 0 && (
        <>
          <p className="small muted">{t('lobby.fingerprint')}</p>
          <Fingerprint groups={round.fingerprint} />
        </>
      )}
    </div>
  );
}
