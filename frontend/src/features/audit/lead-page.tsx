// One lead: what was seen, how it is measured, the innocent explanations, the evidence as picture and table, and what auditors made of it.

import { useState } from 'react';
import { useParams } from 'react-router';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { AreaField, SelectField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import css from './audit.module.css';
import { BaseRate, percent } from './base-rate';
import { EvidenceStrip } from './evidence-strip';
import { EvidenceTable } from './evidence-table';
import { Anyhow } from './method-panel';
import { useLead, useLook, type LeadPageData, type LookState } from './signal-queries';
import { unnamed, Where } from './signals-page';
import signal from './signals.module.css';

export default function LeadPage() {
  const { t } = useWords('signals');
  const { leadKey = '' } = useParams();
  const query = useLead(leadKey);
  return (
    <>
      <QueryView query={query}>{(page) => <OneLead key={leadKey} page={page} />}</QueryView>
      <p>
        <ButtonLink to="/audit/signals" look="quiet">
          {t('back')}
        </ButtonLink>
      </p>
    </>
  );
}

function OneLead({ page }: { page: LeadPageData }) {
  const { t, lang } = useWords('signals');
  const { lead, method } = page;
  const facts = [
    { term: t('column.where'), value: <Where lead={lead} /> },
    { term: t('column.bidders'), value: lead.bidders.join(', ') || t(unnamed(lead.method)) },
    { term: t('column.figure'), value: <span className="num">{lead.figure}</span> },
    { term: t('column.n'), value: lead.n },
    { term: t('column.base'), value: <BaseRate lead={lead} /> },
    { term: t('methods.anyhow'), value: <Anyhow method={method} /> },
    ...(lead.chance === null ? [] : [{ term: t('chance'), value: percent(lead.chance) }]),
  ];
  return (
    <>
      <PageHeader title={pick(lang, method)} lead={pick(lang, { zh: method.about_zh, en: method.about_en })} />
      <div className="stack">
        <Panel title={t('detail.facts')}>
          <Facts items={facts} />
        </Panel>
        <Panel title={t('detail.innocent')}>
          <ul className={signal['innocent']}>
            {(lang === 'zh' ? method.innocent_zh : method.innocent_en).map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Panel>
        <Panel title={t('detail.evidence')} flush>
          <EvidenceStrip columns={page.columns} rows={page.rows} />
          <EvidenceTable columns={page.columns} rows={page.rows} />
        </Panel>
        <Banner
          tone="calm"
          actions={
            <ButtonLink to={lead.tender === null ? '/audit/readings' : `/audit/readings?tender=${lead.tender}`} size="small">
              {t('detail.readings')}
            </ButtonLink>
          }
        >
          {t('detail.by_alias')}
        </Banner>
        <Panel title={t('detail.method')}>
          <Facts
            items={[
              { term: t('detail.formula'), value: <span className={signal['formula']}>{method.formula}</span> },
              { term: t('detail.source'), value: method.source },
            ]}
          />
        </Panel>
        <Looks page={page} />
      </div>
    </>
  );
}

function Looks({ page }: { page: LeadPageData }) {
  const { t, find } = useWords('signals');
  const look = useLook(page.lead.key);
  const [state, setState] = useState<LookState>('looked');
  const [note, setNote] = useState('');
  const last = page.lead.state;
  const offered: readonly LookState[] =
    last === 'explained' ? ['confirmed', 'explained', 'reopened'] : last === 'confirmed' ? ['reopened'] : ['looked', 'explained'];
  const chosen = offered.includes(state) ? state : (offered[0] ?? 'looked');
  return (
    <Panel title={t('detail.looks')}>
      <div className="stack">
        {page.looks.length === 0 ? (
          <p className="muted">{t('detail.none')}</p>
        ) : (
          <ol className={signal['looks']}>
            {page.looks.map((one) => (
              <li key={one.n}>
                <span className={signal['lookHead']}>
                  <Tag>{find(`signals:states.${one.state}`, one.state)}</Tag> {one.is_mine ? t('look.you') : one.by} <Instant at={one.at} />
                </span>
                {one.note && <span>{one.note}</span>}
              </li>
            ))}
          </ol>
        )}
        <ProblemAlert error={look.error} />
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            look.mutate({ state: chosen, note }, { onSuccess: () => setNote('') });
          }}
        >
          <SelectField
            label={t('look.state')}
            value={chosen}
            onChange={(event) => setState(event.target.value as LookState)}
            options={offered.map((one) => ({ value: one, label: t(`look.${one}`) }))}
          />
          <AreaField label={t('look.note')} hint={t('look.note_hint')} value={note} maxLength={1000} rows={3} onChange={(event) => setNote(event.target.value)} />
          <div className={css['formEnd']}>
            <Button type="submit" look="primary" busy={look.isPending}>
              {t('look.save')}
            </Button>
          </div>
        </form>
      </div>
    </Panel>
  );
}
