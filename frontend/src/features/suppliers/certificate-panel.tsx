// The certification in force: stamp, score, parts, and until when; or what its absence means.

import { lastDay } from '@/domain/certification';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Ago } from '@/ui/instant';
import { Panel } from '@/ui/panel';

import { AspectBars, Bands, GradeHead } from './grade';
import type { Certification, Standing } from './queries';

/** What a standing means for invitations, in words. Certified needs none. */
function useConsequence(standing: Standing, isOwn: boolean): string | null {
  const { t } = useWords('suppliers');
  if (standing === 'certified' || standing === 'wrong_category') return null;
  return t(isOwn ? `own.consequence.${standing}` : `dossier.consequence.${standing}`);
}

interface CertificatePanelProps {
  current: Certification | null;
  standing: Standing;
  isOwn?: boolean;
}

export function CertificatePanel({ current, standing, isOwn = false }: CertificatePanelProps) {
  const { t } = useWords('suppliers');
  const consequence = useConsequence(standing, isOwn);
  return (
    <Panel title={t('words:certification')}>
      <div className="stack">
        {consequence && <Banner tone={standing === 'expiring' || standing === 'not_certified' ? 'warn' : 'bad'} role="note">{consequence}</Banner>}
        {current === null ? (
          <p className="muted">{t('dossier.no_certificate')}</p>
        ) : (
          <>
            <GradeHead grade={current.grade} score={current.score}>
              <span className="small">
                {t('dossier.valid_until', { day: lastDay(current.valid_until) })} · <Ago at={current.valid_until} />
              </span>
            </GradeHead>
            <AspectBars marks={current.marks} weights={current.weights} minimums={current.minimums} />
            <Bands />
            <p className="small">{t(`grade.effects.${current.grade}`)}</p>
          </>
        )}
      </div>
    </Panel>
  );
}
