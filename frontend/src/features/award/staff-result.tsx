// The result for the buyer's side: the award of each lot, everyone by label, the unsealed by name, what is saved.

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';
import type { Column } from '@/ui/plain-table';
import { Tag } from '@/ui/state-tag';

import css from './award.module.css';
import { SavingsTotalFigure } from './figures';
import { LotRankingPanel } from './lot-ranking';
import { NamesPanel } from './names-panel';
import { ReportPanel } from './report-panel';
import { SavingsPanel } from './savings-panel';
import { useRanking, type LotResult, type RankingRow, type StaffResult } from './queries';

export function StaffResultView({ result, zone }: { result: StaffResult; zone?: string }) {
  const { t } = useWords('award');
  if (result.state === 'waiting') return <NoResultYet result={result} />;
  if (result.lots.length === 0) return <NoAward />;
  const isAwarded = result.lots.some((lot) => lot.outcome === 'awarded');
  const inZone = zone === undefined ? {} : { zone };
  return (
    <>
      <section className={css['outcome']} aria-label={t('result.what')}>
        <div>
          <p className={css['outcomeTitle']}>{t(isAwarded ? 'result.awarded' : 'result.unsuccessful')}</p>
          {result.joined !== null && <p className="muted small">{t('result.joined', { count: result.joined })}</p>}
          {result.unsealed_at !== null && (
            <p className="muted small">
              {t('result.unsealed_at')} <Instant at={result.unsealed_at} as="second" named {...inZone} />
            </p>
          )}
        </div>
        {result.savings && (
          <SavingsTotalFigure
            money={result.savings.money}
            percent={result.savings.percent}
            lots={result.savings.lots}
            withoutBaseline={result.savings.lots_without_baseline}
            currency={result.currency}
          />
        )}
      </section>
      <NamesPanel lots={result.lots} />
      {isAwarded && <ButtonLink to={`/tenders/${result.tender_id}/contract`}>{t('result.to_contract')}</ButtonLink>}
      <ReportPanel tenderId={result.tender_id} {...inZone} />
      <SavingsPanel tenderId={result.tender_id} />
      <Rankings result={result} {...inZone} />
    </>
  );
}

function NoResultYet({ result }: { result: StaffResult }) {
  const { t } = useWords('award');
  if (result.tender_state === 'cancelled') return <Banner title={t('own.cancelled')}>{t('result.cancelled_why')}</Banner>;
  return (
    <Panel>
      <Empty icon="clock" title={t(result.is_reopened ? 'result.reopened' : 'result.waiting')} next={<ButtonLink to={`/tenders/${result.tender_id}/decision`}>{t('result.to_decision')}</ButtonLink>}>
        {t(result.is_reopened ? 'result.reopened_why' : 'result.waiting_why')}
      </Empty>
    </Panel>
  );
}

function NoAward() {
  const { t } = useWords('award');
  return (
    <Panel>
      <Empty title={t('result.unsuccessful')}>{t('result.no_ranking')}</Empty>
    </Panel>
  );
}

/** The official rankings again, now with a name where one is unsealed. A failure here leaves names and savings standing. */
function Rankings({ result, ...inZone }: { result: StaffResult; zone?: string }) {
  const { t } = useWords('award');
  const ranking = useRanking(result.tender_id);
  const ofLot = (lot: LotResult | undefined) => {
    if (lot === undefined) return {};
    const names: Column<RankingRow> = { key: 'name', title: t('words:supplier'), cell: (row) => <NameCell lot={lot} row={row} /> };
    return { extra: [names], foot: <LotFoot lot={lot} /> };
  };
  return (
    <QueryView query={ranking}>
      {(ranked) =>
        ranked.lots.map((lot) => (
          <LotRankingPanel key={lot.lot_id} ranking={ranked} lot={lot} {...inZone} {...ofLot(result.lots.find((each) => each.lot_id === lot.lot_id))} />
        ))
      }
    </QueryView>
  );
}

function NameCell({ lot, row }: { lot: LotResult; row: RankingRow }) {
  const { t, lang } = useWords('award');
  const one = lot.unsealed.find((each) => each.label === row.label);
  if (one === undefined) return <span className="muted">{t('names.sealed')}</span>;
  return (
    <span className="row">
      {pickName(lang, one)}
      {one.is_preferred && <Tag tone="good">{t('words:preferred_supplier')}</Tag>}
      {one.share !== null && <Tag>{t('shares.percent', { share: one.share })}</Tag>}
    </span>
  );
}

function LotFoot({ lot }: { lot: LotResult }) {
  const { t } = useWords('award');
  const why = lot.outcome === 'awarded' ? null : t(`result.lot.${lot.outcome}`);
  if (why === null && lot.refused_attempts === 0) return null;
  return (
    <div className={css['inset']}>
      {why !== null && <Banner>{why}</Banner>}
      {lot.refused_attempts > 0 && <p className="small muted">{t('result.refused', { count: lot.refused_attempts })}</p>}
    </div>
  );
}
