/** What a component opens when it is shown, and closes when it is removed. */
import { useCallback, useEffect, useState } from 'react';
import type { RequestError } from '../base/request-error';

interface Opened<Value> {
  readonly open: () => Promise<Value>;
  readonly value?: Value;
  readonly error?: RequestError;
}

export interface OpenedHook<Value> {
  /** Undefined until it is open. */
  readonly value: Value | undefined;
  readonly error: RequestError | undefined;
  /** After an error. */
  readonly retry: () => void;
}

/** @param open a new function opens anew: keep it with `useCallback`. */
export function useOpened<Value>(open: () => Promise<Value>, close: (value: Value) => void): OpenedHook<Value> {
  const [opened, setOpened] = useState<Opened<Value>>({ open });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isShown = true;
    const opening = open();
    opening.then(
      (value) => isShown && setOpened({ open, value }),
      (error: unknown) => isShown && setOpened({ open, error: error as RequestError }),
    );
    return () => {
      isShown = false;
      opening.then(close, () => undefined);
    };
  }, [open, close, attempt]);
  // What belongs to a previous `open` is not shown.
  const { value, error } = opened.open === open ? opened : {};
  return { value, error, retry: useCallback(() => setAttempt((count) => count + 1), []) };
}
