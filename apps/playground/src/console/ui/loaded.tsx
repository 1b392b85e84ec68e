/** What a view reads from the admin API: once, again when asked to, and repeatedly while the page is shown. */
import { RequestError } from '@aeturnis/client';
import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { problemText } from '../../ui/problem-text';

/** An answer that takes longer, in milliseconds, does not come any more. */
const ANSWER_WITHIN_MS = 30_000;

export interface Loaded<Value> {
  /** Undefined until it is first read. */
  readonly value: Value | undefined;
  /** Why the last attempt has failed, to be shown. */
  readonly problem: JSX.Element | null;
  /** The problem or, before the first answer, that it is awaited. */
  readonly notice: JSX.Element | null;
  readonly reload: () => void;
}

/** @param everyMs repeats it while the page is shown; 0: reads it once. @param key reads it again when it changes. */
export function useLoaded<Value>(load: () => Promise<Value>, everyMs = 0, key = ''): Loaded<Value> {
  const [value, setValue] = useState<Value | undefined>(undefined);
  const [failure, setFailure] = useState('');
  const latest = useRef(load);
  latest.current = load;
  const round = useRef(0);
  const read = useCallback(async (): Promise<void> => {
    const own = (round.current += 1);
    const isLatest = (): boolean => own === round.current;
    try {
      const next = await inTime(latest.current());
      if (!isLatest()) return;
      setValue(next);
      setFailure('');
    } catch (error) {
      if (isLatest()) setFailure(problemText(error));
    }
  }, []);
  useEffect(() => {
    let isShown = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Counted from the answer on: if answers take longer than `everyMs`, each would come after the next request, and be ignored.
    const repeat = (): void => {
      if (isShown && everyMs > 0) timer = setTimeout(() => (document.hidden ? repeat() : readAndRepeat()), everyMs);
    };
    const readAndRepeat = (): void => void read().then(repeat);
    readAndRepeat();
    return () => {
      // An answer that arrives later belongs to a view that is not shown any more.
      isShown = false;
      round.current += 1;
      clearTimeout(timer);
    };
  }, [read, everyMs, key]);
  const problem = failure === '' ? null : <Problem text={failure} />;
  return { value, problem, notice: problem ?? (value === undefined ? <Loading /> : null), reload: () => void read() };
}

/** @throws RequestError TIMEOUT */
function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new RequestError('TIMEOUT', 'The server did not answer in time')),
      ANSWER_WITHIN_MS,
    );
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function Problem({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="problem" role="alert">
      {text}
    </p>
  );
}

function Loading(): JSX.Element {
  return <p class="muted">Loading …</p>;
}
