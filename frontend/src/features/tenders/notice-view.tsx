// The published tender for who helps with it and is no party to it: evaluators and the neutral desk (VISIBILITY.md d01).
import { pick } from '@/domain/lang';
import { homeOf } from '@/domain/roles';
import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { StateTag } from '@/ui/state-tag';

import type { StaffTender, TenderDocument } from './api';
import { AmendmentsPanel } from './document-parts';
import { PublishedPanel } from './published-panel';
import { Document } from './staff-tender';
import { TenderSteps } from './tender-steps';
import css from './tender.module.css';

/** The hats that read the notice alone. */
export const READS_NOTICE: ReadonlySet<string> = new Set(['evaluator', 'desk_relay', 'desk_help']);

export function NoticeView({ tender }: { tender: StaffTender }) {
  const { t, lang } = useWords('tenders');
  const document = tender.document as unknown as TenderDocument | null;
  if (document === null) return null;
  return (
    <div className="stack">
      <PageHeader
        title={pick(lang, { zh: tender.title_zh, en: tender.title_en })}
        lead={tender.reference}
        mark={<StateTag kind="tender" state={tender.state} />}
        back={{ to: homeOf([tender.hat]), label: t('common:actions.back') }}
        actions={<Place tender={tender} />}
      />
      <TenderSteps tender={tender} />
      <div className={css['columns']}>
        <div className="stack">
          <Document tender={tender} document={document} />
        </div>
        <div className="stack">
          <RoundTimes tender={tender} zone={document.time_zone} />
          <PublishedPanel tenderId={tender.id} actions={<ButtonLink to={`/tenders/${tender.id}/questions`}>{t('go.questions')}</ButtonLink>} />
          <AmendmentsPanel amendments={tender.amendments} zone={document.time_zone} />
        </div>
      </div>
    </div>
  );
}

/** Where this hat's own work in the tender is. */
function Place({ tender }: { tender: StaffTender }) {
  const { t } = useWords('tenders');
  if (tender.hat === 'evaluator') return <ButtonLink to={`/evaluations/${tender.id}`}>{t('go.evaluation')}</ButtonLink>;
  if (tender.hat === 'desk_relay') return <ButtonLink to={`/relay/${tender.id}`}>{t('go.relay')}</ButtonLink>;
  return null;
}

function RoundTimes({ tender, zone }: { tender: StaffTender; zone: string }) {
  const { t } = useWords('tenders');
  const live = (round: StaffTender['rounds'][number]) => (round.is_earliest ? 'times.opens_earliest' : tender.sealed_round_id === null ? 'times.opens' : 'times.live_opens');
  return (
    <Panel title={t('times.title')}>
      <Facts
        items={[
          { term: t('times.response_due'), value: <Instant at={tender.response_due_at} zone={zone} named /> },
          ...tender.rounds.flatMap((round) => [
            { term: t(round.kind === 'sealed' ? 'times.sealed_opens' : live(round)), value: <Instant at={round.opens_at} zone={zone} named /> },
            ...(round.closes_at === null ? [] : [{ term: t('times.sealed_closes'), value: <Instant at={round.closes_at} zone={zone} named /> }]),
          ]),
        ]}
      />
    </Panel>
  );
}
