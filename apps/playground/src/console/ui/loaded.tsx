/** What a view reads from the admin API: once, again when asked to, and repeatedly while the page is shown. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { problemText } from '../../ui/problem-text';

export interface Loaded<Value> {
  /** Undefined until it is first read. */
  readonly value: Value | undefined;
  /** Why the last attempt has failed, to be shown. */
  readonly problem: JSX.Element | null;
  readonly reload: () => void;
}

/** @param everyMs repeats it while the page is shown; 0: reads it once. @param key reads it again when it changes. */
export function useLoaded<Value>(load: () => Promise<Value>, everyMs = 0, key = ''): Loaded<Value> {
  const [value, setValue] = useState<Value | undefined>(undefined);
  const [failure, setFailure] = useState('');
  const latest = useRef(load);
  latest.current = load;
  const round = useRef(0);
  const reload = useCallback(() => {
    const own = (round.current += 1);
    latest
      .current()
      .then((next) => {
        if (own !== round.current) return;
        setValue(next);
        setFailure('');
      })
      .catch((error: unknown) => own === round.current && setFailure(problemText(error)));
  }, []);
  useEffect(() => {
    reload();
    const timer = everyMs > 0 ? setInterval(() => document.hidden || reload(), everyMs) : undefined;
    return () => {
      // An answer that arrives later belongs to a view that is not shown any more.
      round.current += 1;
      clearInterval(timer);
    };
  }, [reload, everyMs, key]);
  const problem = failure === '' ? null : <Problem text={failure} />;
  return { value, problem, reload };
}

function Problem({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="problem" role="alert">
      {text}
    </p>
  );
}
