// Before the first page is there.

import { Loading } from '@/ui/states';

import css from './app.module.css';

export function Waiting() {
  return (
    <div className={css['waiting']}>
      <Loading lines={5} />
    </div>
  );
}
