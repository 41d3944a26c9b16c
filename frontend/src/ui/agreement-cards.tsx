// SP-01, PL-01, AP-01: what waits for the reader in talks and contracts, the longest first; nothing is shown where nothing waits.

import { Link } from 'react-router';

import { useAgreementTasks, type AgreementTask } from '@/api/agreements';
import { pick, pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';

import css from './agreement-cards.module.css';
import { Icon } from './icon';
import { Ago } from './instant';
import { Panel } from './panel';

export function AgreementCards() {
  const { t } = useWords('words');
  const tasks = useAgreementTasks();
  const items = tasks.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel flush title={t('agreement_tasks.title')}>
      <ul>
        {items.map((task) => (
          <Card key={`${task.tender_id} ${task.task} ${task.name_zh ?? ''}`} task={task} />
        ))}
      </ul>
    </Panel>
  );
}

function Card({ task }: { task: AgreementTask }) {
  const { t, lang } = useWords('words');
  const title = pick(lang, { zh: task.title_zh || task.title_en, en: task.title_en || task.title_zh });
  const firm = task.name_zh === null ? null : pickName(lang, { name_zh: task.name_zh, name_en: task.name_en ?? '' });
  return (
    <li>
      <Link to={`/tenders/${task.tender_id}/contract`} className={css['card']}>
        <span className={css['icon']}>
          <Icon name={task.task === 'with_provider' ? 'clock' : 'file'} size={20} />
        </span>
        <span className={css['text']}>
          <strong>{t(`agreement_tasks.${task.task}`)}</strong>
          <span>{title}</span>
          <span className="row small muted">
            <span>{task.reference}</span>
            {firm !== null && <span>{firm}</span>}
            {task.since !== null && <Ago at={task.since} />}
          </span>
        </span>
        <Icon name="next" size={16} />
      </Link>
    </li>
  );
}
