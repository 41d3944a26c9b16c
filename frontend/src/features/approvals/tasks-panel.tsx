// RQ-01, AP-01: what waits on projects for the reader, with its day; what was handed over to him says for whom.

import { Link } from 'react-router';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Icon, type IconName } from '@/ui/icon';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import css from './approvals.module.css';
import { useTasks, type Task } from './queries';

const ICONS: Readonly<Record<Task['kind'], IconName>> = { stage: 'file', approve: 'approval', declare: 'check', message: 'bell' };

export function TasksPanel() {
  const { t } = useWords('approvals');
  const tasks = useTasks();
  return (
    <Panel flush title={t('tasks.title')}>
      <QueryView query={tasks} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="check" title={t('tasks.empty')}>
              {t('tasks.empty_why')}
            </Empty>
          ) : (
            <ul>
              {items.map((task) => (
                <Row key={`${task.project_id}-${task.kind}`} task={task} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}

function Row({ task }: { task: Task }) {
  const { t, lang, find } = useWords('approvals');
  const title = pick(lang, { zh: task.title_zh || task.title_en, en: task.title_en || task.title_zh });
  const what = task.kind === 'stage' ? find(`tasks.stages.${String(task.stage)}_${task.state}`, t('tasks.stage')) : t(`tasks.${task.kind}`);
  return (
    <li>
      <Link to={task.proposal_id ? `/approvals/${task.proposal_id}` : `/projects/${task.project_id}`} className={css['row']}>
        <span className={css['rowIcon']}>
          <Icon name={ICONS[task.kind]} size={20} />
        </span>
        <span className={css['rowText']}>
          <span className={css['rowKind']}>{what}</span>
          <span className={css['rowSubject']}>{title || task.reference}</span>
          <span className="row small muted">
            <span>{task.reference}</span>
            {task.is_delegated && <Tag>{task.for_name ? t('tasks.for', { name: task.for_name }) : t('tasks.handed')}</Tag>}
          </span>
        </span>
        <span className={css['rowEnd']}>
          {task.is_late && <Tag tone="bad">{t('tasks.late')}</Tag>}
          {task.due_on && <span className="small muted num">{t('tasks.due_on', { day: task.due_on })}</span>}
        </span>
        <Icon name="next" size={16} />
      </Link>
    </li>
  );
}
