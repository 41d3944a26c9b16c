// Whom the rule invites, whom not and why; anybody outside of it needs a reason of its own (PL-05).
import { useState } from 'react';

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import { useEligible, type Field } from './api';
import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { DraftNumber, DraftSelect, DraftText } from './draft-field';

const GRADES = ['D', 'C', 'B', 'A'] as const;
const METHODS = ['', 'reverse_auction', 'rfq', 'negotiation', 'direct'] as const;

export function FieldSection(props: SectionProps) {
  const { tenderId, draft, change, faults, isTried } = props;
  const { t } = useWords('tenders');
  const eligible = useEligible(tenderId);
  return (
    <Panel title={t('form.field')} {...(eligible.data ? { note: t('field.by_rule', { count: eligible.data.by_rule.length }) } : {})}>
      <div className="stack" data-section="outside">
        <div className={css['fields']}>
          <DraftSelect
            path="min_grade"
            faults={faults}
            isTried={isTried}
            label={t('field.min_grade')}
            value={draft.min_grade}
            onValue={(grade) => change((before) => ({ ...before, min_grade: grade as (typeof GRADES)[number] }))}
            options={GRADES.map((grade) => ({ value: grade, label: t(`field.grade_${grade}`) }))}
          />
          <DraftSelect
            path="procurement_method"
            faults={faults}
            isTried={isTried}
            label={t('field.method')}
            hint={t('field.method_hint')}
            value={draft.procurement_method}
            onValue={(method) => change((before) => ({ ...before, procurement_method: method as (typeof METHODS)[number] }))}
            options={METHODS.map((method) => ({ value: method, label: t(`field.method_${method || 'usual'}`) }))}
          />
          <DraftNumber
            path="min_bidders"
            faults={faults}
            isTried={isTried}
            label={t('field.min_bidders')}
            hint={t('field.min_bidders_hint')}
            value={draft.min_bidders}
            onNumber={(min_bidders) => change((before) => ({ ...before, min_bidders }))}
          />
        </div>
        {draft.category === '' ? <p className="muted">{t('field.choose_category')}</p> : <QueryView query={eligible} lines={3}>{(field) => <Invited field={field} {...props} />}</QueryView>}
      </div>
    </Panel>
  );
}

function Invited({ field, draft, change, faults, isTried }: SectionProps & { field: Field }) {
  const { t, lang } = useWords('tenders');
  return (
    <>
      {field.by_rule.length > 0 && (
        <ul className={css['chips']} aria-label={t('field.by_rule', { count: field.by_rule.length })}>
          {field.by_rule.map((supplier) => (
            <li key={supplier.supplier_id}>
              {pickName(lang, supplier)} <b>{supplier.grade}</b>
            </li>
          ))}
        </ul>
      )}
      {draft.outside.map((one, at) => (
        <div key={one.supplier_id} className={css['outside']}>
          <DraftText
            path={`outside.${at}.reason`}
            faults={faults}
            isTried={isTried}
            label={t('field.outside_reason', { name: nameOf(field, one.supplier_id, lang) })}
            value={one.reason}
            onValue={(reason) => change((before) => ({ ...before, outside: before.outside.map((each, place) => (place === at ? { ...each, reason } : each)) }))}
          />
          <Button look="quiet" icon="close" onClick={() => change((before) => ({ ...before, outside: before.outside.filter((_, place) => place !== at) }))}>
            {t('common:actions.remove')}
          </Button>
        </div>
      ))}
      {field.excluded.length > 0 && <Excluded field={field} onInvite={(supplier_id) => change((before) => ({ ...before, outside: [...before.outside, { supplier_id, reason: '' }] }))} taken={draft.outside.map((one) => one.supplier_id)} />}
    </>
  );
}

function nameOf(field: Field, supplierId: string, lang: 'zh' | 'en'): string {
  const named = [...field.excluded, ...field.outside].find((each) => each.supplier_id === supplierId);
  return named === undefined ? '' : pickName(lang, named);
}

function Excluded({ field, taken, onInvite }: { field: Field; taken: readonly string[]; onInvite: (supplierId: string) => void }) {
  const { t, lang, find } = useWords('tenders');
  const [isOpen, setOpen] = useState(false);
  const rows = field.excluded.filter((each) => !taken.includes(each.supplier_id));
  return (
    <details className={css['more']} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('field.excluded', { count: rows.length })}</summary>
      <PlainTable
        caption={t('field.excluded', { count: rows.length })}
        rows={rows}
        rowKey={(row) => row.supplier_id}
        columns={[
          { key: 'name', title: t('words:supplier'), cell: (row) => pickName(lang, row) },
          { key: 'why', title: t('field.why'), cell: (row) => <Tag tone="warn">{find(`codes:${row.code}`, row.code, { ...row.detail })}</Tag> },
          {
            key: 'invite',
            title: '',
            right: true,
            cell: (row) =>
              row.may_be_outside && (
                <Button size="small" look="quiet" onClick={() => onInvite(row.supplier_id)}>
                  {t('field.invite_anyway')}
                </Button>
              ),
          },
        ]}
      />
    </details>
  );
}
