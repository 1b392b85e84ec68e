/** Keeps a list at its end while lines are added, unless the reader has scrolled up. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Nearer to the end than this counts as at the end. */
const MARGIN_PX = 60;

/** @param lines changes when something was added. */
export function useAutoScroll(lines: unknown): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  useLayoutEffect(() => {
    const list = ref.current;
    if (!list) return undefined;
    const onScroll = (): void =>
      void (wasAtEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < MARGIN_PX);
    list.addEventListener('scroll', onScroll);
    return () => list.removeEventListener('scroll', onScroll);
  }, []);
  useLayoutEffect(() => {
    const list = ref.current;
    if (list && wasAtEnd.current) list.scrollTop = list.scrollHeight;
  }, [lines]);
  return ref;
}
