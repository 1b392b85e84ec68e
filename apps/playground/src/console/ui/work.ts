/** What a button or a form does: one run at a time, and why the last one has failed. */
import { useRef, useState } from 'preact/hooks';
import { problemText } from '../../ui/problem-text';

export interface Work {
  readonly isBusy: boolean;
  /** Empty unless the last run has failed. */
  readonly problem: string;
  /** Does nothing while a run goes on. */
  readonly run: (work: () => Promise<unknown>) => void;
}

export function useWork(): Work {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  // The second of two clicks may come before the button is drawn as disabled.
  const isRunning = useRef(false);
  const run = (work: () => Promise<unknown>): void => {
    if (isRunning.current) return;
    isRunning.current = true;
    setBusy(true);
    setProblem('');
    work()
      .catch((error: unknown) => setProblem(problemText(error)))
      .finally(() => {
        isRunning.current = false;
        setBusy(false);
      });
  };
  return { isBusy, problem, run };
}
