// RQ-02: the request as its requester writes it; what is still missing stands beside it, and nothing typed is lost.

import { useNavigate, useParams } from 'react-router';

import { useCategoryNames } from '@/api/categories';
import { useSignedIn } from '@/api/session';
import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button, ButtonLink } from '@/ui/button';
import { AreaField, SelectField, TextField } from '@/ui/field';
import { KeptNote } from '@/ui/kept-note';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { useKept } from '@/ui/use-kept';

import css from './demand.module.css';
import { useBeginRequest, useProject, useSaveNeed, type Need, type Project, type Requirement } from './queries';

const BLANK: Need = {
  title_zh: '', title_en: '', category: '', item: '', specification: '', quantity: '', unit: '', needed_on: '', use: '', earlier: '', budget_line: '',
  requirements: [{ kind: 'must', text: '' }],
};

export default function NeedPage() {
  const { projectId = '' } = useParams();
  const project = useProject(projectId);
  if (projectId === '') return <NewRequest />;
  return <QueryView query={project}>{(held) => <EditRequest key={held.id} held={held} />}</QueryView>;
}

function NewRequest() {
  const { t } = useWords('demand');
  const navigate = useNavigate();
  const begin = useBeginRequest();
  return (
    <>
      <PageHeader back={{ to: '/projects', label: t('board.title') }} title={t('need.new_title')} lead={t('need.lead')} />
      <NeedForm
        name="new"
        start={BLANK}
        back="/projects"
        busy={begin.isPending}
        error={begin.error}
        onSave={(need, forget) =>
          begin.mutate(need, {
            onSuccess: ({ id }) => {
              forget();
              void navigate(`/projects/${id}`);
            },
          })
        }
      />
    </>
  );
}

function EditRequest({ held }: { held: Project }) {
  const { t } = useWords('demand');
  const navigate = useNavigate();
  const save = useSaveNeed(held.id);
  const place = `/projects/${held.id}`;
  return (
    <>
      <PageHeader back={{ to: place, label: held.reference }} title={t('need.title')} lead={t('need.lead')} />
      <NeedForm
        name={held.id}
        start={held.need ?? BLANK}
        back={place}
        busy={save.isPending}
        error={save.error}
        onSave={(need, forget) =>
          save.mutate(
            { version: held.version, need },
            {
              onSuccess: () => {
                forget();
                announce(t('need.saved'));
                void navigate(place);
              },
            },
          )
        }
      />
    </>
  );
}

interface NeedFormProps {
  name: string;
  start: Need;
  back: string;
  busy: boolean;
  error: unknown;
  /** `forget` drops what the tab keeps, once it is saved. */
  onSave: (need: Need, forget: () => void) => void;
}

function NeedForm({ name, start, back, busy, error, onSave }: NeedFormProps) {
  const { t, lang } = useWords('demand');
  const categories = useCategoryNames();
  const kept = useKept(`bidroom.need.${useSignedIn().account_id}.${name}`, start);
  const { typed: need, keep: setNeed } = kept;
  const field = (key: Exclude<keyof Need, 'requirements'>) => ({
    label: t(`need.${key}`),
    value: need[key] ?? '',
    onChange: (event: { target: { value: string } }) => setNeed({ ...need, [key]: event.target.value }),
  });
  return (
    <form
      className={`stack ${css['narrow'] ?? ''}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // A line that says nothing is no requirement.
        onSave({ ...need, requirements: (need.requirements ?? []).filter((each) => each.text.trim()) }, kept.forget);
      }}
    >
      <KeptNote kept={kept} />
      <Panel title={t('need.what')}>
        <div className="stack">
          <div className={css['two']}>
            <TextField lang="zh-CN" maxLength={200} {...field('title_zh')} />
            <TextField lang="en" optional maxLength={200} {...field('title_en')} />
            <SelectField
              {...field('category')}
              options={[{ value: '', label: t('need.choose') }, ...categories.list.map((one) => ({ value: one.code, label: pickName(lang, one) }))]}
            />
            <TextField maxLength={200} {...field('item')} />
            <TextField inputMode="decimal" {...field('quantity')} />
            <TextField maxLength={30} {...field('unit')} />
            <TextField type="date" {...field('needed_on')} />
            <TextField optional maxLength={200} {...field('budget_line')} />
          </div>
          <AreaField rows={5} hint={t('need.specification_hint')} {...field('specification')} />
          <AreaField rows={3} {...field('use')} />
          <AreaField rows={2} optional {...field('earlier')} />
        </div>
      </Panel>
      <Requirements list={need.requirements ?? []} onChange={(requirements) => setNeed({ ...need, requirements })} />
      <ProblemAlert error={error} title={error ? t('common:states.not_saved') : undefined} />
      <div className={css['actions']}>
        <ButtonLink to={back}>{t('common:actions.cancel')}</ButtonLink>
        <Button type="submit" look="primary" busy={busy}>
          {t('need.save')}
        </Button>
      </div>
    </form>
  );
}

function Requirements({ list, onChange }: { list: readonly Requirement[]; onChange: (list: Requirement[]) => void }) {
  const { t } = useWords('demand');
  const set = (place: number, change: Partial<Requirement>) => onChange(list.map((each, at) => (at === place ? { ...each, ...change } : each)));
  return (
    <Panel
      title={t('need.requirements')}
      note={t('need.requirements_note')}
      actions={
        <Button size="small" icon="plus" onClick={() => onChange([...list, { kind: 'must', text: '' }])}>
          {t('need.add_requirement')}
        </Button>
      }
    >
      <ul className="stack">
        {list.map((each, place) => (
          <li key={place} className={css['requirement']}>
            <SelectField
              label={t('need.kind', { number: place + 1 })}
              value={each.kind}
              onChange={(event) => set(place, { kind: event.target.value === 'should' ? 'should' : 'must' })}
              options={[
                { value: 'must', label: t('need.must') },
                { value: 'should', label: t('need.should') },
              ]}
            />
            <TextField label={t('need.requirement', { number: place + 1 })} value={each.text} maxLength={1000} onChange={(event) => set(place, { text: event.target.value })} />
            <Button look="quiet" icon="close" aria-label={t('need.remove', { number: place + 1 })} onClick={() => onChange(list.filter((_, at) => at !== place))}>
              {''}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
