// Registering a supplier: its names, credit code and categories, and its representative, who gets a one-time link by mail.

import { useNavigate } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { ButtonLink } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';

import { CompanyForm } from './company-form';
import { useRegister } from './queries';

export default function RegisterPage() {
  const { t } = useWords('suppliers');
  const navigate = useNavigate();
  const register = useRegister();
  return (
    <>
      <PageHeader back={{ to: '/suppliers', label: t('list.title') }} title={t('register.title')} lead={t('register.lead')} />
      <CompanyForm
        error={register.error}
        isBusy={register.isPending}
        contactNote={t('register.contact_note')}
        submit={t('register.submit')}
        out={<ButtonLink to="/suppliers">{t('common:actions.cancel')}</ButtonLink>}
        onSubmit={(body) =>
          register.mutate(body, {
            onSuccess: (made) => {
              announce(t('register.done'));
              void navigate(`/suppliers/${made.id}`);
            },
          })
        }
      />
    </>
  );
}
