// SP-08: the own result, lot by lot: own final bid, own rank, the outcome. Nothing of others unless the published rules announce the winner.

import { pick, pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner, type BannerTone } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import css from './award.module.css';
import { Contact } from './names-panel';
import { DebriefPanel, DistanceText } from './debrief-panel';
import { OwnScore } from './own-score';
import { useOwnReceipts, type OwnLotResult, type SupplierResult, type SupplierTender } from './queries';
import { saveJson } from './save-json';
import { zoneOf } from './zone-of';

export function SupplierResultView({ result, tender }: { result: SupplierResult; tender: SupplierTender }) {
  const { t } = useWords('award');
  return (
    <>
      <Standing result={result} tender={tender} />
      {result.lots.length > 0 ? (
        <div className={css['owns']}>
          {result.lots.map((lot) => (
            <OwnLot key={lot.lot_id} lot={lot} result={result} tender={tender} />
          ))}
        </div>
      ) : (
        <Panel>
          <Empty title={t('own.no_lots')}>{t('own.no_lots_why')}</Empty>
        </Panel>
      )}
      {result.lots.some((lot) => lot.outcome === 'preferred') && <ButtonLink to={`/tenders/${result.tender_id}/contract`}>{t('result.to_contract')}</ButtonLink>}
      <div className={css['pair']}>
        {result.state === 'decided' && result.lots.length > 0 && <DebriefPanel result={result} reference={tender.reference} />}
        {result.contact && (
          <Panel title={t('own.contact')}>
            <Contact person={result.contact} />
          </Panel>
        )}
        <Panel title={t('own.receipts')}>
          <div className="stack">
            <p>{t(tender.sealed_round_id === null ? 'own.receipts_why' : 'own.sealed_why')}</p>
            <div className="row">
              {tender.sealed_round_id !== null && <ButtonLink to={`/sealed/${tender.sealed_round_id}`}>{t('own.to_sealed')}</ButtonLink>}
              {hasFloor(tender) && <ButtonLink to={`/rooms/${tender.round_id}`}>{t('own.to_receipts')}</ButtonLink>}
              <ButtonLink to="/verify" look="quiet">
                {t('own.verify')}
              </ButtonLink>
            </div>
          </div>
        </Panel>
      </div>
    </>
  );
}

/** One sentence on where it stands, and what comes next. */
function Standing({ result, tender }: { result: SupplierResult; tender: SupplierTender }) {
  const { t } = useWords('award');
  const { key, tone } = standingOf(result, tender);
  return (
    <Banner tone={tone} role="status" title={t(`own.${key}`)}>
      <p>{t(key === 'not_selected' && result.contact !== null ? 'own.not_selected_known_why' : `own.${key}_why`)}</p>
      {result.joined !== null && <p className="small">{t('result.joined', { count: result.joined })}</p>}
      {result.decided_at !== null && (
        <p className="small">
          {t('own.decided_at')} <Instant at={result.decided_at} named {...zoneOf(tender)} />
        </p>
      )}
    </Banner>
  );
}

type Standing = 'cancelled' | 'reopened' | 'waiting' | 'preferred' | 'not_selected' | 'below' | 'not_counted' | 'excluded' | 'took_no_part' | 'unsuccessful';

function standingOf(result: SupplierResult, tender: SupplierTender): { key: Standing; tone: BannerTone } {
  if (tender.state === 'cancelled') return { key: 'cancelled', tone: 'warn' };
  if (result.is_reopened) return { key: 'reopened', tone: 'warn' };
  if (result.state === 'waiting') return { key: 'waiting', tone: 'calm' };
  if (result.lots.some((lot) => lot.outcome === 'preferred')) return { key: 'preferred', tone: 'good' };
  if (result.lots.length > 0 && result.lots.every((lot) => lot.outcome === 'below_threshold')) return { key: 'below', tone: 'calm' };
  if (result.lots.length > 0 && result.lots.every((lot) => lot.outcome === 'excluded')) return { key: 'excluded', tone: 'warn' };
  if (result.lots.some((lot) => lot.finding !== null) && result.lots.every((lot) => lot.rank === null)) return { key: 'not_counted', tone: 'warn' };
  if (result.outcome !== 'unsuccessful' && result.lots.every((lot) => lot.outcome === 'no_bid')) return { key: 'took_no_part', tone: 'calm' };
  return { key: result.outcome === 'unsuccessful' ? 'unsuccessful' : 'not_selected', tone: 'calm' };
}

function OwnLot({ lot, result, tender }: { lot: OwnLotResult; result: SupplierResult; tender: SupplierTender }) {
  const { t, lang } = useWords('award');
  const unit = unitOf(tender, lot.lot_id);
  const tax = tender.document['tax_basis'] === 'included' ? 'included' : 'excluded';
  return (
    <Panel title={`${String(lot.number)} · ${pick(lang, { zh: lot.title_zh, en: lot.title_en })}`} actions={<Outcome lot={lot} />} {...(lot.amount === null || !hasFloor(tender) ? {} : { foot: <Receipts lot={lot} /> })}>
      <Facts
        items={[
          {
            term: t('own.final_bid'),
            value: lot.amount === null ? t(WITHOUT_AMOUNT[lot.outcome ?? 'no_bid'] ?? 'own.no_bid') : <Money amount={lot.amount} currency={result.currency} unit={unit} tax={tax} />,
          },
          { term: t('own.rank'), value: <OwnRank lot={lot} result={result} /> },
          ...(lot.distance === null ? [] : [{ term: t('own.distance'), value: <DistanceText distance={lot.distance} /> }]),
          ...(lot.share === null ? [] : [{ term: t('own.share'), value: t('shares.percent', { share: lot.share }) }]),
          ...(lot.winners.length === 0 ? [] : [{ term: t('own.winner'), value: lot.winners.map((one) => pickName(lang, one)).join(t('common:list_separator')) }]),
        ]}
      />
      <OwnFinding lot={lot} />
      {lot.exclusion !== null && <Facts items={[{ term: t('own.exclusion'), value: <span className={css['said']}>{lot.exclusion}</span> }]} />}
      <OwnScore lot={lot} />
    </Panel>
  );
}

const WITHOUT_AMOUNT: Readonly<Partial<Record<NonNullable<OwnLotResult['outcome']>, 'own.unopened' | 'own.uncounted'>>> = { below_threshold: 'own.unopened', not_counted: 'own.uncounted' };

/** Why the sealed offer did not count, where it did not. */
function OwnFinding({ lot }: { lot: OwnLotResult }) {
  const { t, find } = useWords('award');
  const { finding } = lot;
  if (finding === null) return null;
  return (
    <div className={css['score']}>
      <Banner tone="warn" title={t(`findings.${finding.envelope}`)}>
        <p>{find(`findings.why.${finding.code}`, finding.code)}</p>
        {finding.envelope === 'tech' && <p>{t('findings.price_unopened')}</p>}
      </Banner>
    </div>
  );
}

/** The proof of what was bid, as files for the own records. */
function Receipts({ lot }: { lot: OwnLotResult }) {
  const { t } = useWords('award');
  const receipts = useOwnReceipts(lot.lot_id, lot.amount !== null);
  return (
    <QueryView query={receipts} lines={1}>
      {(list) => (
        <Button size="small" icon="export" disabled={list.length === 0} onClick={() => saveJson(list, `bidroom-receipts-lot-${String(lot.number)}.json`)}>
          {t('own.download', { count: list.length })}
        </Button>
      )}
    </QueryView>
  );
}

function Outcome({ lot }: { lot: OwnLotResult }) {
  const { t } = useWords('award');
  if (lot.outcome === null) return <Tag tone="warn">{t('outcomes.waiting')}</Tag>;
  return <Tag tone={lot.outcome === 'preferred' ? 'good' : 'off'}>{t(`outcomes.${lot.outcome}`)}</Tag>;
}

function OwnRank({ lot, result }: { lot: OwnLotResult; result: SupplierResult }) {
  const { t } = useWords('award');
  const place = lot.band ?? (lot.is_leading === null ? null : lot.is_leading ? 'leading' : 'not_leading');
  if (place !== null) return <span>{t(`own.place_${place}`)}</span>;
  if (lot.rank === null) return <span className="muted">{t(result.state === 'waiting' && lot.amount !== null ? 'own.rank_later' : 'common:table.none')}</span>;
  return (
    <span className="row">
      <span className="num">{lot.rank}</span>
      {lot.is_tied && <Tag>{t('words:tie')}</Tag>}
    </span>
  );
}

/** Whether there was a live round: a sealed tender has a room that never opens. */
function hasFloor(tender: SupplierTender): boolean {
  return tender.procedure !== 'sealed';
}

/** "台" where the price is per unit. */
function unitOf(tender: SupplierTender, lotId: string): string | null {
  const lots = tender.document['lots'] as readonly { id: string; basis: string; unit: string }[] | undefined;
  const lot = lots?.find((each) => each.id === lotId);
  return lot?.basis === 'unit' ? lot.unit : null;
}
