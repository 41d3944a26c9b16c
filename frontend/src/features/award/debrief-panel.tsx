// SP-08: the debrief as a paper in both languages, the own proof to be checked offline, and how far the own bid was from the first, in bands.

import { useWords } from '@/i18n/use-words';
import { ButtonAnchor } from '@/ui/button';
import { Panel } from '@/ui/panel';

import type { OwnLotResult, SupplierResult } from './queries';

export function DebriefPanel({ result, reference }: { result: SupplierResult; reference: string }) {
  const { t } = useWords('report');
  const place = `/api/tenders/${result.tender_id}/debrief/pdf`;
  return (
    <Panel title={t('debrief.title')}>
      <div className="stack">
        <p>{t('debrief.lead')}</p>
        <div className="row">
          <ButtonAnchor href={`${place}?lang=zh`} download icon="file">
            {t('pdf.zh')}
          </ButtonAnchor>
          <ButtonAnchor href={`${place}?lang=en`} download icon="file">
            {t('pdf.en')}
          </ButtonAnchor>
        </div>
        <p>{t('proof.lead')}</p>
        <div className="row">
          <ButtonAnchor href={`/api/tenders/${result.tender_id}/proof`} download icon="checkpoint">
            {t('proof.get')}
          </ButtonAnchor>
          <ButtonAnchor href="/verify/bidroom-verify.pyz" download icon="file">
            {t('proof.verifier')}
          </ButtonAnchor>
        </div>
        <p className="small muted">{t('proof.how')}</p>
        <p className="small">
          <code>python3 bidroom-verify.pyz proof verify {reference}-proof.json</code>
        </p>
        <p className="small muted">{t('proof.not')}</p>
      </div>
    </Panel>
  );
}

export function DistanceText({ distance }: { distance: NonNullable<OwnLotResult['distance']> }) {
  const { t } = useWords('report');
  const said = distance.is_equal
    ? t('debrief.equal')
    : distance.within === null
      ? t(`debrief.far_${distance.unit}`)
      : t(`debrief.${distance.unit}`, { within: distance.within });
  return (
    <>
      {said} <span className="small muted">{t('debrief.why_bands')}</span>
    </>
  );
}
