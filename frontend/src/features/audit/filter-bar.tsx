// Ready questions first, then the single filters. Everything set is seen and cleared with one click.

import { Select } from 'antd';
import { useId, useState } from 'react';

import { HOME_ZONE, formatInstant } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';

import css from './audit.module.css';
import { tenderLabel } from './entry-names';
import { PRESETS, QUESTIONS, kindKey, needsTender, questionOf, type Question } from './kinds';
import type { Filters, Kind, Wanted } from './queries';

interface FilterBarProps {
  wanted: Wanted;
  filters: Filters | undefined;
  onChange: (changes: Partial<Wanted>) => void;
}

const NOTHING: Wanted = { tender: null, lot: null, alias: null, actor: null, kinds: [], after: null, before: null, preset: null };

export function FilterBar({ wanted, filters, onChange }: FilterBarProps) {
  const { t, lang } = useWords('audit');
  const all = { value: '', label: t('common:all') };
  // On a phone the single filters unfold; on a desk they are always there.
  const [isOpen, setOpen] = useState(false);
  const lot = filters?.lots.find((one) => one.id === wanted.lot);
  const isFiltered = Object.values(wanted).some((value) => (Array.isArray(value) ? value.length > 0 : value !== null));
  return (
    <div className={css['filters']} role="search" aria-label={t('filter.label')}>
      <div className="spread">
        <Questions wanted={wanted} onChange={onChange} />
        {isFiltered && (
          <Button size="small" look="quiet" icon="close" onClick={() => onChange(NOTHING)}>
            {t('common:actions.clear_filters')}
          </Button>
        )}
      </div>
      <div className={css['unfold']}>
        <Button size="small" icon="filter" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t('filter.more')}
        </Button>
      </div>
      <div className={css['fields']} data-open={isOpen || undefined}>
        <SelectField
          label={t('words:tender')}
          value={wanted.tender ?? ''}
          onChange={(event) => onChange({ tender: event.target.value || null, lot: null, alias: null, ...(wanted.preset !== null && needsTender(wanted.preset) && { preset: null }) })}
          options={[all, ...(filters?.tenders ?? []).map((tender) => ({ value: tender.id, label: tenderLabel(tender, lang) }))]}
        />
        {wanted.tender && (
          <SelectField
            label={t('words:lot')}
            value={wanted.lot ?? ''}
            onChange={(event) => onChange({ lot: event.target.value || null, alias: null })}
            options={[all, ...(filters?.lots ?? []).map((one) => ({ value: one.id, label: t('entry.lot', { number: one.number }) }))]}
          />
        )}
        {lot && lot.aliases.length > 0 && (
          <SelectField
            label={t('words:alias')}
            value={wanted.alias ?? ''}
            onChange={(event) => onChange({ alias: event.target.value || null })}
            options={[all, ...lot.aliases.map((alias) => ({ value: alias, label: alias }))]}
          />
        )}
        <SelectField
          label={t('filter.actor')}
          value={wanted.actor ?? ''}
          onChange={(event) => onChange({ actor: event.target.value || null })}
          options={[all, ...(filters?.actors ?? []).map((actor) => ({ value: actor.ref, label: actor.name }))]}
        />
        <Kinds kinds={wanted.kinds} offered={filters?.kinds ?? []} onChange={(kinds) => onChange({ kinds })} />
        <Moment label={t('filter.after')} value={wanted.after} onChange={(after) => onChange({ after })} />
        <Moment label={t('filter.before')} value={wanted.before} onChange={(before) => onChange({ before })} />
      </div>
    </div>
  );
}

function Questions({ wanted, onChange }: Pick<FilterBarProps, 'wanted' | 'onChange'>) {
  const { t } = useWords('audit');
  const asked = questionOf(wanted.kinds);
  return (
    <div className={css['questions']} role="group" aria-label={t('filter.questions')}>
      {(Object.keys(QUESTIONS) as Question[]).map((question) => (
        <button
          key={question}
          type="button"
          className={css['question']}
          aria-pressed={asked === question}
          onClick={() => onChange({ kinds: asked === question ? [] : QUESTIONS[question], preset: null })}
        >
          {t(`filter.question.${question}`)}
        </button>
      ))}
      {PRESETS.filter((preset) => wanted.tender !== null || !needsTender(preset)).map((preset) => (
        <button
          key={preset}
          type="button"
          className={css['question']}
          aria-pressed={wanted.preset === preset}
          onClick={() => onChange({ preset: wanted.preset === preset ? null : preset, kinds: [] })}
        >
          {t(`filter.preset.${preset}`)}
        </button>
      ))}
    </div>
  );
}

interface KindsProps {
  kinds: readonly Kind[];
  offered: readonly Kind[];
  onChange: (kinds: readonly Kind[]) => void;
}

function Kinds({ kinds, offered, onChange }: KindsProps) {
  const { t, find } = useWords('audit');
  const id = useId();
  return (
    <div className={css['kinds']}>
      <label htmlFor={id} className={css['kindsLabel']}>
        {t('filter.kinds')}
      </label>
      <Select
        id={id}
        mode="multiple"
        allowClear
        optionFilterProp="label"
        // Two names side by side would be cut; how many there are is not.
        maxTagCount={kinds.length > 1 ? 0 : 1}
        maxTagPlaceholder={(left) => t('filter.kinds_count', { count: left.length })}
        placeholder={t('filter.kinds_hint')}
        value={[...kinds]}
        onChange={(chosen: Kind[]) => onChange(chosen)}
        options={offered.map((kind) => ({ value: kind, label: `${find(`kinds.${kindKey(kind)}`, kind)} · ${kind}` }))}
        style={{ width: '100%' }}
      />
    </div>
  );
}

/** A wall-clock time in the house's zone; Beijing time has had one offset since 1991. */
function Moment({ label, value, onChange }: { label: string; value: string | null; onChange: (at: string | null) => void }) {
  const shown = value ? formatInstant(value, HOME_ZONE, 'minute').replace(' ', 'T') : '';
  return (
    <TextField
      label={label}
      type="datetime-local"
      value={shown}
      onChange={(event) => {
        const at = new Date(`${event.target.value}:00+08:00`);
        onChange(Number.isNaN(at.getTime()) ? null : at.toISOString());
      }}
    />
  );
}
