/** Scrolls an element into view when what it shows has changed. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** @param content changes with what the element shows; undefined: nothing yet. */
export function useShown<Shown extends Element>(content: unknown): RefObject<Shown | null> {
  const ref = useRef<Shown>(null);
  useLayoutEffect(() => {
    if (content !== undefined) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [content]);
  return ref;
}
