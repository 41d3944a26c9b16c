// What an opening gave of a package, in words.
import { useWords } from '@/i18n/use-words';

const REFUSED = 'refused:';

export function useResultText(): (result: string) => string {
  const { t, find } = useWords('opening');
  return (result) => {
    if (!result.startsWith(REFUSED)) return find(`page.result.${result}`, result);
    const code = result.slice(REFUSED.length);
    return find(`page.refused.${code}`, `${t('page.result.refused')} ${code}`);
  };
}
