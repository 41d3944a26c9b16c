// Applying to become a supplier, without an account. The answer never tells who is registered already.

import { useState } from 'react';
import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { PageHeader } from '@/ui/page-header';

import { ApplySurveys, type Given } from './apply-surveys';
import { CompanyForm } from './company-form';
import { useApply } from './lifecycle-queries';

export default function ApplyPage() {
  const { t } = useWords('suppliers');
  const apply = useApply();
  const [given, setGiven] = useState<Given>({});
  return (
    <div className="stack">
      <PageHeader back={{ to: '/sign-in', label: t('apply.to_sign_in') }} title={t('apply.title')} lead={t('apply.lead')} />
      {apply.isSuccess ? (
        <Banner tone="good" role="status" title={t('apply.done', { reference: apply.data.reference })} actions={<Link to="/">{t('apply.to_start')}</Link>}>
          {t('apply.next')}
        </Banner>
      ) : (
        <CompanyForm
          error={apply.error}
          isBusy={apply.isPending}
          contactNote={t('apply.contact_note')}
          submit={t('apply.submit')}
          asking={(categories) => <ApplySurveys categories={categories} error={apply.error} given={given} onChange={setGiven} />}
          onSubmit={(body) => apply.mutate({ ...body, answers: given })}
        />
      )}
    </div>
  );
}
