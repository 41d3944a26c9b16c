// The foot of a supplier's pages: which file seals here. Short to look at; whole, with how to compare it, on a click.
import { Link } from 'react-router';

import { useConfig } from '@/api/config';
import { useWords } from '@/i18n/use-words';
import { RELEASED } from '@/sealing/released';
import { Banner } from '@/ui/banner';
import { CopyButton } from '@/ui/copy-button';

export function SealingMark() {
  const { t } = useWords('frame');
  const served = useConfig().data?.sealing ?? null;
  // What these pages load; the service may have gone on to another release since.
  const sha256 = RELEASED ?? served?.sha256;
  if (sha256 === undefined) return null;
  const command = `curl -s ${location.origin}/seal/${sha256}.js | sha256sum`;
  const isOther = served !== null && served.sha256 !== sha256;
  return (
    <details>
      <summary>
        {t('sealing.mark')} <code>{sha256.slice(0, 16)}…</code>
      </summary>
      <div className="stack-tight">
        <p>
          <code>{sha256}</code> <CopyButton text={sha256} />
        </p>
        {isOther && (
          <Banner tone="warn" role="status" title={t('sealing.other')}>
            {t('sealing.other_why')}
          </Banner>
        )}
        <p className="small">{t('sealing.compare')}</p>
        <p>
          <code>{command}</code> <CopyButton text={command} />
        </p>
        <p className="small">
          <Link to="/verify">{t('sealing.releases')}</Link>
        </p>
      </div>
    </details>
  );
}
