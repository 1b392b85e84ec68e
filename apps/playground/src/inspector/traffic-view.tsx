/** The list of the traffic, the latest entry last: filtered, paused and cleared. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { isFrequent, type TrafficEntry } from '../connection/traffic-log';
import { useAutoScroll } from '../ui/auto-scroll';
import { memoryOf } from './inspector-memory';
import type { InspectorProps } from './inspector-props';
import { payloadLine } from './payload-text';
import { TrafficRow } from './traffic-row';

export function TrafficView({ play }: InspectorProps): JSX.Element {
  const { traffic } = play.links;
  const memory = memoryOf(play);
  const { filter, isFrequentHidden, paused } = memory;
  const opened = useSignal<ReadonlySet<number>>(new Set());
  const entries = paused.value ?? traffic.latest();
  const shown = entries.filter(
    (entry) => !(isFrequentHidden.value && isFrequent(entry)) && matches(entry, filter.value.trim().toLowerCase()),
  );
  // While an entry is read, the list stays where it is.
  const followed = useRef<number | undefined>(undefined);
  if (!shown.some(({ id }) => opened.value.has(id))) followed.current = shown.at(-1)?.id;
  const list = useAutoScroll(followed.current);
  const toggle = (id: number): void => {
    const next = new Set(opened.value);
    if (!next.delete(id)) next.add(id);
    opened.value = next;
  };
  const clear = (): void => {
    traffic.clear();
    if (paused.value) paused.value = [];
  };
  return (
    <>
      <div class="inspector-tools">
        <input
          class="input"
          type="search"
          aria-label="Filter by name or content"
          placeholder="Filter by name or content"
          autoComplete="off"
          value={filter.value}
          onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
        />
        <label class="inspector-check">
          <input
            type="checkbox"
            checked={isFrequentHidden.value}
            onChange={({ currentTarget }) => (isFrequentHidden.value = currentTarget.checked)}
          />
          Hide movement and pings
        </label>
        <button
          class="button compact"
          aria-pressed={paused.value !== undefined}
          onClick={() => (paused.value = paused.value ? undefined : traffic.latest())}
        >
          {paused.value ? 'Resume' : 'Pause'}
        </button>
        <button class="button compact" onClick={clear}>
          Clear
        </button>
      </div>
      <div class="inspector-body" ref={list} tabIndex={0} role="group" aria-label="Commands, answers and events">
        {shown.length === 0 && <p class="empty">Nothing to show: walk, say something, or change the filter.</p>}
        <ol class="traffic">
          {shown.map((entry) => (
            <TrafficRow
              key={entry.id}
              entry={entry}
              isOpen={opened.value.has(entry.id)}
              onToggle={toggle}
              onEdit={(name, json) => memory.draftCommand(name, json)}
            />
          ))}
        </ol>
      </div>
    </>
  );
}

/** @param text in lower case. */
const matches = ({ name, payload }: TrafficEntry, text: string): boolean =>
  text === '' || name.includes(text) || payloadLine(payload).text.toLowerCase().includes(text);
