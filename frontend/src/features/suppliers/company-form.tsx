// What is asked of a company, from a colleague who registers it and from itself: names, code, categories, representative.

import { useState, type ReactNode } from 'react';

import { asProblem } from '@/api/problem';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { focusFirstFault } from '@/ui/focus-fault';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

import { CategoryChoice } from './category-choice';
import type { Registration } from './queries';
import css from './suppliers.module.css';

interface Draft {
  name_zh: string;
  name_en: string;
  credit_code: string;
  city: string;
  contact_name: string;
  contact_email: string;
  contact_phone: string;
}

const BLANK: Draft = { name_zh: '', name_en: '', credit_code: '', city: '', contact_name: '', contact_email: '', contact_phone: '' };
const REQUIRED: readonly (keyof Draft)[] = ['name_zh', 'credit_code', 'contact_email'];

function bodyOf(draft: Draft, categories: readonly string[], locale: 'zh' | 'en'): Registration {
  const { contact_name, contact_email, contact_phone, ...company } = draft;
  return { ...company, categories: [...categories], contact: { name: contact_name, email: contact_email, phone: contact_phone }, locale };
}

interface CompanyFormProps {
  error: unknown;
  isBusy: boolean;
  contactNote: string;
  submit: string;
  /** Beside the button: the way out. */
  out?: ReactNode;
  onSubmit: (body: Registration) => void;
  /** What the chosen categories ask besides. */
  asking?: (categories: readonly string[]) => ReactNode;
}

export function CompanyForm({ error, isBusy, contactNote, submit, out, onSubmit, asking }: CompanyFormProps) {
  const { t, lang, find } = useWords('suppliers');
  const [draft, setDraft] = useState(BLANK);
  const [categories, setCategories] = useState<readonly string[]>([]);
  const [locale, setLocale] = useState(lang);
  const [isAsked, setAsked] = useState(false);
  // A refusal of this act names each field with its fault.
  const told = error ? asProblem(error).detail : {};
  const errorOf = (field: keyof Draft | 'categories', value: string | readonly string[]) => {
    if (isAsked && value.length === 0 && (field === 'categories' || REQUIRED.includes(field))) return t('common:form.required');
    const code = told[field] ?? (told['field'] === field ? asProblem(error).code : undefined);
    return code ? find(`faults.${code}`, find(`codes:${code}`, code)) : null;
  };
  const field = (name: keyof Draft) => ({
    name,
    value: draft[name],
    error: errorOf(name, draft[name].trim()),
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
  });
  return (
    <form
      className={`stack ${css['narrow'] ?? ''}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        focusFirstFault(event.currentTarget);
        setAsked(true);
        if (categories.length > 0 && REQUIRED.every((name) => draft[name].trim())) onSubmit(bodyOf(draft, categories, locale));
      }}
    >
      <Panel title={t('register.company')}>
        <div className="stack">
          <div className={css['two']}>
            <TextField label={t('fields.name_zh')} lang="zh-CN" {...field('name_zh')} />
            <TextField label={t('fields.name_en')} lang="en" optional {...field('name_en')} />
            <TextField
              label={t('fields.credit_code')}
              hint={t('register.code_hint')}
              autoCapitalize="characters"
              spellCheck={false}
              {...field('credit_code')}
            />
            <TextField label={t('fields.city')} optional {...field('city')} />
          </div>
          <CategoryChoice chosen={categories} error={errorOf('categories', categories)} onChange={setCategories} />
        </div>
      </Panel>
      <Panel title={t('register.contact')} note={contactNote}>
        <div className={css['two']}>
          <TextField label={t('fields.contact_email')} type="email" inputMode="email" {...field('contact_email')} />
          <TextField label={t('fields.contact_name')} optional {...field('contact_name')} />
          <TextField label={t('fields.contact_phone')} type="tel" inputMode="tel" optional {...field('contact_phone')} />
          <SelectField
            label={t('register.letter')}
            value={locale}
            onChange={(event) => setLocale(event.target.value === 'en' ? 'en' : 'zh')}
            options={[
              { value: 'zh', label: t('common:language.zh') },
              { value: 'en', label: t('common:language.en') },
            ]}
          />
        </div>
      </Panel>
      {asking?.(categories)}
      <ProblemAlert error={error} title={error ? t('common:states.not_saved') : undefined} />
      <div className={css['actions']}>
        {out}
        <Button type="submit" look="primary" size="large" busy={isBusy}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
