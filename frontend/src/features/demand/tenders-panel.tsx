// Stage 4 and 5: the tenders of a project; from here one is opened from a template, prefilled, or an existing draft is linked.

import { useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { useSignedIn } from '@/api/session';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { SelectField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { StateTag } from '@/ui/state-tag';

import css from './demand.module.css';
import { useFreeDrafts, useLinkDraft, useOpenTender, useTendersOf, type Project, type Template } from './queries';

const TEMPLATES = ['quick', 'multi_lot', 'best_price', 'sealed', 'scored', 'large'] as const satisfies readonly Template[];

export function TendersPanel({ held }: { held: Project }) {
  const { t, lang } = useWords('demand');
  const { roles } = useSignedIn();
  const mayRead = roles.some((role) => ['purchaser', 'approver', 'auditor', 'evaluator'].includes(role));
  const tenders = useTendersOf(held.id, mayRead && (held.stage ?? 99) >= 4);
  const mayOpen = held.acts.includes('open_tender');
  const rows = tenders.data ?? [];
  if (rows.length === 0 && !mayOpen) return null;
  return (
    <Panel title={t('tenders.title')}>
      <div className="stack">
        {rows.length > 0 && (
          <ul className="stack-tight">
            {rows.map((row) => (
              <li key={row.id} className="spread">
                <Link to={row.state === 'draft' && mayOpen ? `/tenders/${row.id}/edit` : `/tenders/${row.id}`}>{`${row.reference} · ${pick(lang, { zh: row.title_zh, en: row.title_en })}`}</Link>
                <StateTag kind="tender" state={row.state} />
              </li>
            ))}
          </ul>
        )}
        {mayOpen && <OpenTender held={held} />}
        {mayOpen && <LinkDraft held={held} />}
      </div>
    </Panel>
  );
}

function OpenTender({ held }: { held: Project }) {
  const { t, find } = useWords('demand');
  const navigate = useNavigate();
  const open = useOpenTender(held.id);
  const [template, setTemplate] = useState<Template>('quick');
  return (
    <div className="stack-tight">
      <SelectField
        label={t('tenders.template')}
        hint={t('tenders.prefilled')}
        value={template}
        onChange={(event) => setTemplate(TEMPLATES.find((each) => each === event.target.value) ?? 'quick')}
        options={TEMPLATES.map((value) => ({ value, label: find(`tenders.${value}`, value) }))}
      />
      <div className={css['actions']}>
        <Button look="primary" busy={open.isPending} onClick={() => open.mutate(template, { onSuccess: ({ id }) => void navigate(`/tenders/${id}/edit`) })}>
          {t('tenders.open')}
        </Button>
      </div>
      <ProblemAlert error={open.error} />
    </div>
  );
}

function LinkDraft({ held }: { held: Project }) {
  const { t, lang } = useWords('demand');
  const drafts = useFreeDrafts(true);
  const link = useLinkDraft(held.id);
  const [chosen, setChosen] = useState('');
  if (drafts.data === undefined || drafts.data.length === 0) return null;
  return (
    <div className="stack-tight">
      <SelectField
        label={t('tenders.draft')}
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
        options={[{ value: '', label: t('need.choose') }, ...drafts.data.map((row) => ({ value: row.id, label: `${row.reference} · ${pick(lang, { zh: row.title_zh, en: row.title_en })}` }))]}
      />
      <div className={css['actions']}>
        <Button
          busy={link.isPending}
          disabled={chosen === ''}
          onClick={() =>
            link.mutate(chosen, {
              onSuccess: () => {
                setChosen('');
                announce(t('tenders.linked'));
              },
            })
          }
        >
          {t('tenders.link')}
        </Button>
      </div>
      <ProblemAlert error={link.error} />
    </div>
  );
}
