// The project a draft buys for: what it may cost together, and which project it is linked to.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { send } from '@/api/client';
import type { components } from '@/api/schema';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { SelectField } from '@/ui/field';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

import { keys, type StaffTender } from './api';
import { ProjectBasis } from './project-basis';
import type { DraftHandle } from './use-draft';

type Rows = components['schemas']['ProjectList'];
// domain/process.py: approved, and not yet at its end.
const FIRST_BUYING = 4;

export function ProjectPanel({ tender, handle }: { tender: StaffTender; handle: DraftHandle }) {
  const { t, lang } = useWords('tenders');
  const link = useLink(tender.id, handle);
  const held = tender.project;
  const name = (row: { reference: string; title_zh: string; title_en: string }) => `${row.reference} · ${pick(lang, { zh: row.title_zh || row.title_en, en: row.title_en || row.title_zh })}`;
  return (
    <Panel title={t('project.title')}>
      <div className="stack">
        {held ? (
          <>
            <p>
              <Link to={`/projects/${held.id}`}>{name(held)}</Link>
            </p>
            <Facts
              items={[
                { term: t('project.budget'), value: <Money amount={held.budget} currency={held.currency} /> },
                { term: t('project.estimate'), value: <Money amount={held.estimate} currency={held.currency} /> },
                { term: t('project.total'), value: <Money amount={held.total} currency={held.currency} /> },
              ]}
            />
            <ProjectBasis said={held.said} />
            <Button busy={link.isPending} onClick={() => link.mutate(null)}>
              {t('project.unlink')}
            </Button>
          </>
        ) : (
          <Choose name={name} busy={link.isPending} onChoose={(id) => link.mutate(id)} />
        )}
        <ProblemAlert error={link.error} />
      </div>
    </Panel>
  );
}

function useLink(id: string, handle: DraftHandle) {
  const { t } = useWords('tenders');
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (project_id: string | null) => {
      await handle.flush();
      return send<StaffTender>('PUT', `/api/tenders/${id}/project`, { version: handle.version(), project_id });
    },
    onSuccess: (stored) => {
      handle.takeTheirs(stored);
      announce(t(stored.project ? 'project.linked' : 'project.unlinked'));
      return Promise.all([keys.preflight(id), ['projects']].map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}

interface ChooseProps {
  name: (row: Rows['items'][number]) => string;
  busy: boolean;
  onChoose: (id: string) => void;
}

function Choose({ name, busy, onChoose }: ChooseProps) {
  const { t } = useWords('tenders');
  const projects = useQuery({ queryKey: ['projects', 'list'], queryFn: () => send<Rows>('GET', '/api/projects') });
  const [chosen, setChosen] = useState('');
  const open = (projects.data?.items ?? []).filter((row) => (row.stage ?? 0) >= FIRST_BUYING && row.state !== 'stopped');
  return (
    <>
      <p className="small muted">{t('project.none')}</p>
      {open.length > 0 && (
        <>
          <SelectField
            label={t('project.choose')}
            value={chosen}
            onChange={(event) => setChosen(event.target.value)}
            options={[{ value: '', label: t('project.no_project') }, ...open.map((row) => ({ value: row.id, label: name(row) }))]}
          />
          <Button busy={busy} disabled={chosen === ''} onClick={() => onChoose(chosen)}>
            {t('project.link')}
          </Button>
        </>
      )}
    </>
  );
}
