/** One command, answer or event in the list of the traffic; opened, its whole payload. */
import { Component, type JSX } from 'preact';
import type { TrafficEntry } from '../connection/traffic-log';
import { CodeCopier } from './code-copier';
import { payloadLine, prettyJson } from './payload-text';

interface TrafficRowProps {
  readonly entry: TrafficEntry;
  readonly isOpen: boolean;
  readonly onToggle: (id: number) => void;
  /** Opens the form with this command. */
  readonly onEdit: (name: string, json: string) => void;
}

/** The beginning of a long payload. */
const PREVIEW = 200;
const TIME = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
});

export class TrafficRow extends Component<TrafficRowProps> {
  /** An entry never changes, and the list is drawn again with each new one. */
  override shouldComponentUpdate({ isOpen }: TrafficRowProps): boolean {
    return isOpen !== this.props.isOpen;
  }

  override render({ entry, isOpen, onToggle, onEdit }: TrafficRowProps): JSX.Element {
    const { id, at, kind, isSent, name, payload } = entry;
    const { text, bytes } = payloadLine(payload);
    const isRefused = typeof payload === 'object' && payload !== null && 'success' in payload && !payload.success;
    return (
      <li class={`traffic-row is-${isRefused ? 'refused' : kind}`}>
        <button class="traffic-toggle" aria-expanded={isOpen} onClick={() => onToggle(id)}>
          <span class="traffic-time muted">{TIME.format(at)}</span>
          <span class="traffic-kind">
            <span aria-hidden="true">{isSent ? '→' : '←'}</span> {kind}
          </span>
          <span class="traffic-name">{name}</span>
          <span class="traffic-size muted">{bytes} B</span>
          <span class="traffic-preview muted">{text.slice(0, PREVIEW)}</span>
        </button>
        {isOpen && (
          <div class="traffic-details">
            <pre class="code" tabIndex={0} role="group" aria-label={`Payload of ${name}`}>
              {prettyJson(payload)}
            </pre>
            {kind === 'command' && (
              <CodeCopier name={name} payload={payload}>
                <button class="button compact" onClick={() => onEdit(name, prettyJson(payload))}>
                  Edit and send
                </button>
              </CodeCopier>
            )}
          </div>
        )}
      </li>
    );
  }
}
