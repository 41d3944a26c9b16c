// A page that threw. Chunks that are gone after an update are the usual reason: then a reload is the whole answer.

import { isRouteErrorResponse, useRouteError } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { NotFound } from '@/ui/states';

import css from './app.module.css';

function isMissingChunk(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|module script|Failed to fetch/i.test(error.message);
}

export function Crashed() {
  const error = useRouteError();
  const { t } = useWords();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound isPage />;
  const isOld = isMissingChunk(error);
  // Thrown by the lines that load the sealing file (sealing-file.ts): it did not come, or not with the bytes it was built with.
  const isUnsealed = error instanceof Error && error.message === 'SEALING_FILE';
  if (isUnsealed) {
    return (
      <div className={css['crashed']} role="alert">
        <h1>{t('states.sealing_file')}</h1>
        <p>{t('states.sealing_file_why')}</p>
        <p>
          <Button look="primary" onClick={() => location.reload()}>
            {t('states.reload')}
          </Button>
        </p>
      </div>
    );
  }
  return (
    <div className={css['crashed']} role="alert">
      <h1>{isOld ? t('states.new_version') : t('states.crashed')}</h1>
      {!isOld && <p>{t('states.crashed_why')}</p>}
      {!isOld && error instanceof Error && <code>{error.name}</code>}
      <p>
        <Button
          look="primary"
          onClick={() => {
            location.reload();
          }}
        >
          {t('states.reload')}
        </Button>
      </p>
    </div>
  );
}
