// Stage 2: can it be done, from which budget line, for how much by whose word. The purchaser writes, the others read.

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { AreaField, CheckField, TextField } from '@/ui/field';
import { KeptNote } from '@/ui/kept-note';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { useKept } from '@/ui/use-kept';

import css from './demand.module.css';
import { useSavePlan, type Plan, type Project } from './queries';
import { RaisePanel } from './raise-panel';

export function PlanPanel({ held, plan }: { held: Project; plan: Plan }) {
  const isWriting = useSignedIn().roles.includes('purchaser') && held.acts.includes('finish');
  if (isWriting) return <PlanForm held={held} plan={plan} />;
  return held.stage === 1 ? null : <PlanFacts held={held} plan={plan} />;
}

function PlanFacts({ held, plan }: { held: Project; plan: Plan }) {
  const { t } = useWords('demand');
  const none = t('common:table.none');
  const currency = plan.currency ?? 'CNY';
  return (
    <Panel title={t('plan.title')}>
      <div className="stack">
        <Facts
          items={[
            { term: t('plan.budget'), value: <Money amount={plan.budget} currency={currency} /> },
            { term: t('plan.budget_line'), value: plan.budget_line || none },
            { term: t('plan.estimate'), value: <Money amount={plan.estimate} currency={currency} /> },
            { term: t('plan.estimate_source'), value: [plan.estimate_source, plan.estimate_on].filter(Boolean).join(' · ') || none },
          ]}
        />
        {plan.finding && <p className={css['said']}>{plan.finding}</p>}
        <RaisePanel held={held} plan={plan} />
      </div>
    </Panel>
  );
}

function PlanForm({ held, plan }: { held: Project; plan: Plan }) {
  const { t } = useWords('demand');
  const save = useSavePlan(held.id);
  const kept = useKept(`bidroom.plan.${useSignedIn().account_id}.${held.id}`, plan);
  const { typed, keep: setTyped } = kept;
  const field = (name: Exclude<keyof Plan, 'is_feasible'>) => ({
    label: t(`plan.${name}`),
    value: typed[name] ?? '',
    onChange: (event: { target: { value: string } }) => setTyped({ ...typed, [name]: event.target.value }),
  });
  return (
    <Panel title={t('plan.title')}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ version: held.version, plan: typed }, {
            onSuccess: () => {
              kept.forget();
              announce(t('plan.saved'));
            },
          });
        }}
      >
        <KeptNote kept={kept} />
        <CheckField label={t('plan.is_feasible')} checked={typed.is_feasible ?? false} onChange={(event) => setTyped({ ...typed, is_feasible: event.target.checked })} />
        <AreaField rows={3} {...field('finding')} />
        <div className={css['two']}>
          <TextField {...field('budget_line')} />
          <TextField inputMode="decimal" inside={typed.currency} {...field('budget')} />
          <TextField inputMode="decimal" inside={typed.currency} {...field('estimate')} />
          <TextField maxLength={3} {...field('currency')} />
          <TextField hint={t('plan.source_hint')} {...field('estimate_source')} />
          <TextField type="date" {...field('estimate_on')} />
        </div>
        <ProblemAlert error={save.error} title={save.isError ? t('common:states.not_saved') : undefined} />
        <div className={css['actions']}>
          <Button type="submit" busy={save.isPending}>
            {t('plan.save')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
