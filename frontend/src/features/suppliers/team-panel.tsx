// SP-02: the own people and what each may do; who may sign confirms those that joined by themselves, or objects.

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CheckField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import css from './suppliers.module.css';
import { useTeam, useTeamAct, type Person, type Right } from './survey-queries';

const RIGHTS = ['view', 'bid', 'sign'] as const;

export function TeamPanel() {
  const { t } = useWords('suppliers');
  const team = useTeam();
  const act = useTeamAct();
  return (
    <QueryView query={team}>
      {({ people, may_decide }) => (
        <Panel title={t('team.title')} note={t('own.contact_note')} flush>
          <ProblemAlert error={act.error} />
          <p className={`small muted ${css['meaning'] ?? ''}`}>{t('team.meaning')}</p>
          <ol className={css['course']}>
            {people.map((one) => (
              <li key={one.id} className={css['moment']} data-tone={one.join_state === 'waiting' ? 'off' : 'good'}>
                <span className="row">
                  <strong>{one.name}</strong>
                  {one.is_me && <Tag tone="live">{t('team.me')}</Tag>}
                  {one.join_state === 'waiting' && <Tag tone="warn">{t('team.waiting')}</Tag>}
                </span>
                <span className="small muted">{one.email}</span>
                <Rights
                  person={one}
                  mayChange={may_decide && !one.is_me && one.join_state !== 'waiting' && !act.isPending}
                  onChange={(rights) => act.mutate({ id: one.id, act: 'rights', rights })}
                />
                {one.join_state === 'waiting' && (
                  <Banner tone="warn" role="note">
                    <div className="stack-tight">
                      <span>{t(may_decide ? 'team.joined' : 'team.joined_unsigned')}</span>
                      {may_decide && (
                        <span className="row">
                          <Button size="small" look="primary" busy={act.isPending} onClick={() => act.mutate({ id: one.id, act: 'confirm', rights: ['view', 'bid'] })}>
                            {t('team.confirm')}
                          </Button>
                          <Button size="small" look="danger" busy={act.isPending} onClick={() => act.mutate({ id: one.id, act: 'object', rights: [] })}>
                            {t('team.object')}
                          </Button>
                        </span>
                      )}
                    </div>
                  </Banner>
                )}
              </li>
            ))}
          </ol>
        </Panel>
      )}
    </QueryView>
  );
}

function Rights({ person, mayChange, onChange }: { person: Person; mayChange: boolean; onChange: (rights: Right[]) => void }) {
  const { t } = useWords('suppliers');
  const list = RIGHTS.filter((right) => person.rights.includes(right));
  if (!mayChange) {
    return <span className="small">{list.map((right) => t(`team.rights.${right}`)).join(t('common:list_separator'))}</span>;
  }
  return (
    <span className="row">
      {RIGHTS.map((right) => (
        <CheckField
          key={right}
          label={t(`team.rights.${right}`)}
          checked={person.rights.includes(right)}
          disabled={right === 'view'}
          onChange={(event) => onChange(event.target.checked ? [...person.rights, right] : person.rights.filter((one) => one !== right))}
        />
      ))}
    </span>
  );
}
