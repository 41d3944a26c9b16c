// The way from the ranking to the names.

import { useWords } from '@/i18n/use-words';
import { Steps } from '@/ui/steps';

import { STEPS, type Step } from './choosing';

export function DecisionSteps({ present }: { present: Step }) {
  const { t } = useWords('award');
  return <Steps label={t('steps.label')} steps={STEPS} present={STEPS.indexOf(present)} isThrough={present === 'names'} say={(step) => t(`steps.${step}`)} />;
}
