// Applying to become a supplier, without an account. The answer never tells who is registered already.

import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { PageHeader } from '@/ui/page-header';

import { CompanyForm } from './company-form';
import { useApply } from './lifecycle-queries';

export default function ApplyPage() {
  const { t } = useWords('suppliers');
  const apply = useApply();
  return (
    <div className="stack">
      <PageHeader back={{ to: '/sign-in', label: t('apply.to_sign_in') }} title={t('apply.title')} lead={t('apply.lead')} />
      {apply.isSuccess ? (
        <Banner tone="good" role="status" title={t('apply.done', { reference: apply.data.reference })} actions={<Link to="/">{t('apply.to_start')}</Link>}>
          {t('apply.next')}
        </Banner>
      ) : (
        <CompanyForm error={apply.error} isBusy={apply.isPending} contactNote={t('apply.contact_note')} submit={t('apply.submit')} onSubmit={(body) => apply.mutate(body)} />
      )}
    </div>
  );
}
