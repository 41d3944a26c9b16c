// What the service says of the fields of a form: one sentence a field.

import { asProblem } from '@/api/problem';
import { useWords } from '@/i18n/use-words';

export function useFaults(error: unknown): (field: string) => string | null {
  const { find } = useWords('suppliers');
  return (field) => {
    const code = error ? asProblem(error).detail[field] : undefined;
    return code === undefined ? null : find(`faults.${code}`, code);
  };
}
