/** The list of the traffic, the latest entry last: filtered, paused and cleared. */
import { signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { isFrequent, type TrafficEntry, type TrafficLog } from '../connection/traffic-log';
import { useAutoScroll } from '../ui/auto-scroll';
import { payloadLine } from './payload-text';
import { TrafficRow } from './traffic-row';

const filter = signal('');
const hidesFrequent = signal(true);
/** What was there when the list was paused; undefined while it runs. */
const paused = signal<readonly TrafficEntry[] | undefined>(undefined);

export function TrafficView({ traffic }: { readonly traffic: TrafficLog }): JSX.Element {
  const opened = useSignal<ReadonlySet<number>>(new Set());
  const isCurrent = traffic.version.value >= 0 && paused.value === undefined;
  const entries = (isCurrent ? undefined : paused.value) ?? traffic.list();
  const shown = entries.filter((entry) => (hidesFrequent.value ? !isFrequent(entry) : true) && matches(entry));
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
            checked={hidesFrequent.value}
            onChange={({ currentTarget }) => (hidesFrequent.value = currentTarget.checked)}
          />
          Hide movement and pings
        </label>
        <button
          class="button compact"
          aria-pressed={paused.value !== undefined}
          onClick={() => (paused.value = paused.value ? undefined : traffic.list())}
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
            <TrafficRow key={entry.id} entry={entry} isOpen={opened.value.has(entry.id)} onToggle={toggle} />
          ))}
        </ol>
      </div>
    </>
  );
}

function matches({ name, payload }: TrafficEntry): boolean {
  const wanted = filter.value.trim().toLowerCase();
  return wanted === '' || name.includes(wanted) || payloadLine(payload).text.toLowerCase().includes(wanted);
}
