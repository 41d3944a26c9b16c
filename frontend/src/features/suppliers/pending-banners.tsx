// What waits for a second person about this supplier.

import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Countdown } from '@/ui/countdown';

import type { Dossier } from './queries';

export function PendingBanners({ pending }: { pending: Dossier['pending'] }) {
  const { t, find } = useWords('suppliers');
  return pending.map((proposal) => (
    <Banner
      key={proposal.id}
      tone="warn"
      title={t('dossier.pending', { what: find(`words:proposals.${proposal.kind.replaceAll('.', '_')}`, proposal.kind) })}
      actions={<Link to={`/approvals/${proposal.id}`}>{t('dossier.see_proposal')}</Link>}
    >
      <span className="small">
        {t('dossier.pending_left')} <Countdown until={proposal.expires_at} />
      </span>
    </Banner>
  ));
}
