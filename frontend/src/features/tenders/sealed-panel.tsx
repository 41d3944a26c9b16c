// How the sealed round stands, for the buyer's side: times, custody, close and openings. No count of packages before the close, for nobody.
import { useQuery } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';
import type { Tone } from '@/domain/states';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { CustodyLabel } from '@/ui/custody-label';
import { Facts } from '@/ui/facts';
import { Fingerprint } from '@/ui/fingerprint';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import type { StaffTender } from './api';
import css from './tender.module.css';

type SealedRound = components['schemas']['StaffRoundView'];

const TONES: Readonly<Record<SealedRound['status'], Tone>> = { scheduled: 'calm', open: 'live', closed: 'off', refused: 'bad', cancelled: 'off' };

// The purchaser sees nothing of the offers before the prices, and then the decision is the next step anyway.
const READS_OFFERS: ReadonlySet<string> = new Set(['approver', 'auditor']);

const READS_COMMITTEE: ReadonlySet<string> = new Set(['purchaser', 'approver', 'auditor']);

interface SealedPanelProps {
  tender: StaffTender;
  roundId: string;
  zone: string | undefined;
}

export function SealedPanel({ tender, roundId, zone }: SealedPanelProps) {
  const round = useQuery({
    queryKey: ['sealed-round', roundId],
    queryFn: () => unwrap(api.GET('/api/rounds/{round_id}/sealed', { params: { path: { round_id: roundId } } })),
    refetchInterval: 10_000,
  });
  return <QueryView query={round}>{(shown) => (shown.audience === 'staff' ? <Shown tender={tender} round={shown} zone={zone} /> : null)}</QueryView>;
}

function Shown({ tender, round, zone }: { tender: StaffTender; round: SealedRound; zone: string | undefined }) {
  const { t, lang } = useWords('opening');
  const hasTechnical = Boolean((tender.document?.['evaluation'] as { technical: object | null } | null | undefined)?.technical);
  return (
    <Panel title={t('round.title')} actions={<Tag tone={TONES[round.status]}>{t(`round.status.${round.status}`)}</Tag>}>
      <div className="stack">
        {round.status === 'open' && (
          <p className={css['sealedClock']}>
            <span className="muted small">{t('round.left')}</span> <Countdown until={round.closes_at} over={t('round.closing')} />
          </p>
        )}
        {round.status === 'refused' && (
          <Banner tone="bad" title={t('round.refused')}>
            {t('round.refused_why')}
          </Banner>
        )}
        {round.copies_until !== null && (
          <Banner tone="bad" title={t('round.copies')}>
            {t('round.copies_why')} <Instant at={round.copies_until} named />
          </Banner>
        )}
        <RoundFacts round={round} zone={zone} />
        <Extensions round={round} zone={zone} />
        <CustodyLabel custody={round.custody} said={lang === 'zh' ? round.custody_zh : round.custody_en} />
        {round.custody === 'committee' && round.policy_digest === '' && <Banner tone="warn">{t('round.committee_waits')}</Banner>}
        {round.policy_digest !== '' && (
          <details className={css['sealedProof']}>
            <summary>{t('round.fingerprint')}</summary>
            <Fingerprint groups={round.fingerprint} />
            <code className={css['hash']}>{round.policy_digest}</code>
          </details>
        )}
        <div className="row">
          {round.custody === 'committee' && READS_COMMITTEE.has(tender.hat) && <ButtonLink to={`/committee/${round.round_id}`}>{t('round.to_committee')}</ButtonLink>}
          {round.manifest !== null && <ButtonLink to={`/tenders/${tender.id}/opening`}>{t('round.to_opening')}</ButtonLink>}
          {hasTechnical && <ButtonLink to={`/tenders/${tender.id}/panel`}>{t('round.to_panel')}</ButtonLink>}
          {hasTechnical && round.technical_opened_at !== null && READS_OFFERS.has(tender.hat) && <ButtonLink to={`/tenders/${tender.id}/decision`}>{t('round.to_offers')}</ButtonLink>}
        </div>
      </div>
    </Panel>
  );
}

function RoundFacts({ round, zone }: { round: SealedRound; zone: string | undefined }) {
  const { t } = useWords('opening');
  const inZone = zone === undefined ? {} : { zone };
  const facts = [
    { key: 'opens' as const, at: round.opens_at },
    { key: 'closes' as const, at: round.closes_at },
    { key: 'technical' as const, at: round.technical_opened_at },
    { key: 'locked' as const, at: round.scores_locked_at },
    { key: 'prices' as const, at: round.prices_opened_at },
  ].filter((fact) => fact.at !== null);
  return (
    <Facts
      items={[
        ...facts.map(({ key, at }) => ({
          term: t(`round.at.${key}`),
          value: <Instant at={at} as={key === 'opens' || key === 'closes' ? 'minute' : 'second'} named {...inZone} />,
        })),
        ...(round.counts === null ? [] : [{ term: t('round.packages'), value: <span className="num">{round.counts.packages}</span> }]),
      ]}
    />
  );
}

function Extensions({ round, zone }: { round: SealedRound; zone: string | undefined }) {
  const { t } = useWords('opening');
  const inZone = zone === undefined ? {} : { zone };
  return round.extensions.map((extension) => (
    <Banner key={extension.to} tone="warn" title={t('round.extended')}>
      <p>{t(`round.why.${extension.reason}`)}</p>
      <p>
        <Instant at={extension.from} {...inZone} /> → <Instant at={extension.to} {...inZone} named />
      </p>
    </Banner>
  ));
}
