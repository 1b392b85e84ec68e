/** The inspector: the traffic of the connection, and a form for each command. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../ui/icon';
import { CommandView } from './command-view';
import { loadReference } from './event-reference';
import type { InspectorProps } from './inspector-props';
import { type InspectorView, inspectorView, toggleInspector } from './opened-inspector';
import { TrafficView } from './traffic-view';
import './inspector.css';

const VIEWS: readonly { readonly id: InspectorView; readonly title: string }[] = [
  { id: 'traffic', title: 'Traffic' },
  { id: 'command', title: 'Send a command' },
];

export function Inspector({ play }: InspectorProps): JSX.Element {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    void loadReference();
    section.current?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    toggleInspector();
  };
  return (
    <section class="inspector" ref={section} tabIndex={-1} aria-label="Inspector" onKeyDown={onKeyDown}>
      <div class="inspector-head">
        <h2>Inspector</h2>
        <div class="segments" role="group" aria-label="View">
          {VIEWS.map(({ id, title }) => (
            <button
              key={id}
              class="button compact"
              aria-pressed={id === inspectorView.value}
              onClick={() => (inspectorView.value = id)}
            >
              {title}
            </button>
          ))}
        </div>
        <button class="button quiet square inspector-close" aria-label="Close the inspector" onClick={toggleInspector}>
          <Icon name="cross" />
        </button>
      </div>
      {inspectorView.value === 'traffic' ? <TrafficView play={play} /> : <CommandView play={play} />}
    </section>
  );
}
