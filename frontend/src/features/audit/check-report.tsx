// AU-03: the code of a recommendation report, and its PDF if there is one: what the journal knows of it, in plain words.

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { api, unwrap } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { components } from '@/api/schema';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { TextField } from '@/ui/field';
import { FileDrop } from '@/ui/file-drop';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

import css from './verify.module.css';

type Found = components['schemas']['ReportFound'];

export function CheckReport() {
  const { t } = useWords('audit');
  const [code, setCode] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [isAsked, setAsked] = useState(false);
  const check = useMutation({ mutationFn: () => ask(code, file) });
  return (
    <Panel title={t('report.title')}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (code.trim() !== '') check.mutate();
        }}
      >
        <p>{t('report.lead')}</p>
        <TextField
          label={t('report.code')}
          hint={t('report.code_hint')}
          spellCheck={false}
          autoComplete="off"
          value={code}
          error={isAsked && code.trim() === '' ? t('report.empty') : null}
          onChange={(event) => {
            setCode(event.target.value);
            check.reset();
          }}
        />
        <FileDrop
          label={t('report.file')}
          hint={t('report.file_hint')}
          accept=".pdf,application/pdf"
          file={file}
          onFile={(taken) => {
            setFile(taken);
            check.reset();
          }}
        />
        <div>
          <Button type="submit" busy={check.isPending} icon="checkpoint">
            {t('report.check')}
          </Button>
        </div>
        {check.isError && <NotFound error={check.error} />}
        {check.data && <Answer found={check.data} />}
      </form>
    </Panel>
  );
}

async function ask(code: string, file: File | null): Promise<Found> {
  const query = file === null ? {} : { sha256: await sha256Of(file) };
  // What people put between the groups must not become a path of its own.
  const bare = code.replace(/[^0-9A-Za-z]/g, '') || '0';
  return unwrap(api.GET('/api/reports/{code}', { params: { path: { code: bare }, query } }));
}

async function sha256Of(file: File): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function NotFound({ error }: { error: unknown }) {
  const { t } = useWords('audit');
  const { status } = asProblem(error);
  if (status === 401) return <Banner tone="warn" role="alert">{t('report.signed_out')}</Banner>;
  if (status !== 404 && status !== 403) return <ProblemAlert error={error} />;
  return (
    <Banner tone="bad" role="alert" title={t('report.bad')}>
      {t('report.bad_why')}
    </Banner>
  );
}

function Answer({ found }: { found: Found }) {
  const { t, lang } = useWords('audit');
  return (
    <Banner tone={found.is_intact && found.file !== 'unknown' ? 'good' : 'bad'} role="status" title={t('report.ok')}>
      {!found.is_intact && <p>{t('report.damaged')}</p>}
      {found.file !== null && <p>{t(found.file === 'unknown' ? 'report.no_file' : 'report.is_file')}</p>}
      <Facts
        items={[
          { term: t('report.tender'), value: `${found.reference} · ${pick(lang, { zh: found.title_zh, en: found.title_en })}` },
          { term: t('report.number'), value: `${String(found.number)} · ${found.code}` },
          { term: t('report.made_at'), value: <Instant at={found.made_at} named /> },
          { term: t('report.digest'), value: <code className={css['hash']}>{found.digest}</code> },
        ]}
      />
    </Banner>
  );
}
