// The contract with one supplier (SCREENS.md SP-10, PL-12): its clauses against the template, approval, standstill, signatures.

import { useState } from 'react';
import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import { useAct, type Agreement, type Agreements, type Contract } from './contract-queries';
import { EndForm, EndingNote } from './ending-panel';
import { Signatures } from './signatures';

interface Props {
  sheet: Agreements;
  agreement: Agreement;
}

const TONES: Partial<Record<Contract['state'], 'good' | 'warn'>> = { active: 'good', returned: 'warn', terminated: 'warn', cancelled: 'warn' };

// What was ordered under a contract stays to be looked up after its end.
const ORDERED: ReadonlySet<Contract['state']> = new Set(['active', 'terminated']);

export function ContractPanel({ sheet, agreement }: Props) {
  const { t, lang } = useWords('contract');
  const act = useAct(sheet.tender_id);
  const held = agreement.contract;
  const pdf = `/api/tenders/${sheet.tender_id}/contracts/${agreement.supplier_id ?? 'own'}/pdf`;
  const submit = () => {
    if (held) act.mutate({ path: `contracts/${held.id}/submission` }, { onSuccess: () => announce(t('sent')) });
  };
  return (
    <Panel title={t('contract')} actions={held && <Tag tone={TONES[held.state] ?? 'calm'}>{t(`papers.${held.state}`)}</Tag>}>
      <div className="stack">
        {held === null && !agreement.can_draft && <p className="muted">{t(sheet.side === 'buyer' ? 'no_contract' : 'no_contract_yet')}</p>}
        {held !== null && (
          <>
            {held.return_reason !== null && <Banner tone="warn" title={t('returned')}>{held.return_reason}</Banner>}
            {held.state === 'proposed' && held.proposal_id !== null && (
              <p>
                <Link to={`/approvals/${held.proposal_id}`}>{t('waits_for_approval')}</Link>
              </p>
            )}
            {held.is_stale && <Banner tone="warn">{t('stale')}</Banner>}
            <EndingNote sheet={sheet} held={held} />
            <Clauses held={held} />
            <p className="row">
              <a href={`${pdf}?lang=${lang}`}>{t('pdf')}</a>
              {sheet.side === 'buyer' && !sheet.reads_only && ORDERED.has(held.state) && (
                <Link to={`/orders?contract=${encodeURIComponent(sheet.reference)}`}>{t('orders')}</Link>
              )}
            </p>
            <Signatures sheet={sheet} held={held} />
            {held.can_submit && (
              <div className="row">
                <Button look="primary" busy={act.isPending} onClick={submit}>
                  {t('submit')}
                </Button>
              </div>
            )}
            <EndForm sheet={sheet} held={held} />
          </>
        )}
        <ProblemAlert error={act.error} />
        {agreement.can_draft && <Draft sheet={sheet} agreement={agreement} />}
      </div>
    </Panel>
  );
}

function Clauses({ held }: { held: Contract }) {
  const { t, find, lang } = useWords('contract');
  const changed = held.clauses.filter((one) => one.standard_zh !== null).length;
  return (
    <section className="stack" aria-label={t('clauses')}>
      <p className="small muted">{t('changed', { count: changed })}</p>
      <ol className="stack">
        {held.clauses.map((clause) => (
          <li key={clause.key}>
            <strong>{find(`keys.${clause.key}`, clause.key)}</strong> {clause.source !== 'template' && <Tag>{find(`sources.${clause.source}`, clause.source)}</Tag>}
            <p>{(lang === 'zh' ? clause.zh : clause.en) || clause.zh || clause.en}</p>
            {clause.standard_zh !== null && (
              <p className="small muted">
                {t('template_says')} <del>{lang === 'zh' ? clause.standard_zh : clause.standard_en}</del>
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Draft({ sheet, agreement }: Props) {
  const { t } = useWords('contract');
  const act = useAct(sheet.tender_id);
  const [zh, setZh] = useState('');
  const [en, setEn] = useState('');
  const body = { supplier_id: agreement.supplier_id, special_zh: zh, special_en: en };
  return (
    <section className="stack" aria-label={t('draft')}>
      <p className="small muted">{t('draft_why')}</p>
      <AreaField label={t('special_zh')} optional rows={2} maxLength={4000} value={zh} onChange={(event) => setZh(event.target.value)} />
      <AreaField label={t('special_en')} optional rows={2} maxLength={4000} value={en} onChange={(event) => setEn(event.target.value)} />
      <ProblemAlert error={act.error} />
      <div className="row">
        <Button busy={act.isPending} onClick={() => act.mutate({ path: `tenders/${sheet.tender_id}/contracts`, body })}>
          {t(agreement.contract === null ? 'draft' : 'draft_anew')}
        </Button>
      </div>
    </section>
  );
}
