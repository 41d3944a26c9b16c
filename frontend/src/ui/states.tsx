// The standard states of every screen (SCREENS.md 1.2): loading, empty, failed, not permitted, not found.

import { useEffect, useState, type ReactNode } from 'react';

import { asProblem } from '@/api/problem';
import { useWords } from '@/i18n/use-words';

import { Button } from './button';
import { Icon, type IconName } from './icon';
import { useProblemText } from './problem-alert';
import css from './states.module.css';

// Shorter waits would only flicker.
const SKELETON_AFTER_MS = 200;

/** A skeleton, but only after 200 ms; announced once. */
export function Loading({ lines = 6 }: { lines?: number }) {
  const { t } = useWords();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setShown(true);
    }, SKELETON_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <div role="status" aria-live="polite">
      <span className="visually-hidden">{isShown ? t('states.loading') : ''}</span>
      {isShown && (
        <div className={css['bars']} aria-hidden="true">
          {Array.from({ length: lines }, (_, line) => (
            <div key={line} className={css['bar']} />
          ))}
        </div>
      )}
    </div>
  );
}

interface MessageProps {
  icon: IconName;
  title: string;
  children?: ReactNode;
  next?: ReactNode;
  role?: 'alert' | 'status';
  /** It is all there is on the page: then its title heads the page. */
  isPage?: boolean;
}

function Message({ icon, title, children, next, role, isPage = false }: MessageProps) {
  const Title = isPage ? 'h1' : 'p';
  return (
    <div className={css['message']} role={role}>
      <span className={css['mark']}>
        <Icon name={icon} size={24} />
      </span>
      <Title className={css['title']}>{title}</Title>
      {children && <div className="muted">{children}</div>}
      {next && <div className={css['next']}>{next}</div>}
    </div>
  );
}

/** Why it is empty, and the one next action. */
export function Empty({ title, children, next, icon = 'file' }: { title: string; children?: ReactNode; next?: ReactNode; icon?: IconName }) {
  return (
    <Message icon={icon} title={title} next={next}>
      {children}
    </Message>
  );
}

/** A plain sentence, the code, and a retry. A 404 and a 403 say what they are and confirm nothing. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useWords();
  const say = useProblemText();
  const problem = asProblem(error);
  if (problem.status === 404) return <NotFound />;
  if (problem.status === 403) return <NoPermission />;
  return (
    <Message
      icon="warn"
      role="alert"
      title={t('states.failed')}
      next={onRetry && <Button onClick={onRetry}>{t('actions.retry')}</Button>}
    >
      <p>{say(problem)}</p>
      <p className={css['stamp']}>
        <code>{problem.code}</code>
      </p>
    </Message>
  );
}

/** Names the roles that could see it; never confirms that hidden data exists. */
export function NoPermission({ roles = [], isPage = false }: { roles?: readonly string[]; isPage?: boolean }) {
  const { t, find } = useWords();
  const names = roles.map((role) => find(`words:roles.${role}`, role)).join(t('list_separator'));
  return (
    <Message icon="lock" isPage={isPage} title={t('states.no_permission')}>
      {names && <p>{t('states.no_permission_why', { roles: names })}</p>}
    </Message>
  );
}

export function NotFound({ next, isPage = false }: { next?: ReactNode; isPage?: boolean }) {
  const { t } = useWords();
  return (
    <Message icon="search" isPage={isPage} title={t('states.not_found')} next={next}>
      <p>{t('states.not_found_why')}</p>
    </Message>
  );
}
