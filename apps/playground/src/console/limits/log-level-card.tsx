/** The log level of each node, and how to change it for some minutes. */
import type { JSX } from 'preact';
import type { Admin } from '../admin';
import { askFor } from '../ui/action-dialog';
import { formatTime } from '../ui/format';
import { useLoaded } from '../ui/loaded';
import { unansweredOf } from '../ui/unanswered-note';

interface NodeLogLevel {
  readonly nodeId: string;
  readonly answered: true;
  readonly level: string;
  readonly configuredLevel: string;
  /** When the configured level applies again; null or absent: it applies now. */
  readonly until?: string | null;
}

interface LevelList {
  readonly nodes: readonly (NodeLogLevel | { readonly nodeId: string; readonly answered: false })[];
}

const LEVELS = ['error', 'warn', 'info', 'debug'];
const MINUTES = [5, 15, 60];
const REFRESH_MS = 10_000;

export function LogLevelCard({ admin }: { readonly admin: Admin }): JSX.Element {
  const { value, notice, reload } = useLoaded(() => admin.api.get<LevelList>('log-level'), REFRESH_MS);
  const change = (): void =>
    askFor({
      title: 'Change the log level',
      explanation: 'Of all nodes. The configured level applies again by itself.',
      label: 'Change the level',
      done: 'The log level was changed',
      fields: (
        <>
          <Choice name="level" label="Level" options={LEVELS} />
          <Choice name="minutes" label="Minutes" options={MINUTES.map(String)} />
        </>
      ),
      run: async (reason, fields) => {
        const { nodes } = await admin.api.put<LevelList>('log-level', {
          level: fields.get('level'),
          minutes: Number(fields.get('minutes')),
          reason,
        });
        reload();
        const missing = unansweredOf(nodes).join(', ');
        if (missing !== '') throw new Error(`Not changed on ${missing}, without an answer in time: try again.`);
      },
    });
  return (
    <section class="card" aria-label="Log level">
      <h2>Log level</h2>
      {notice}
      <ul>
        {value?.nodes.map((node) => (
          <li key={node.nodeId}>
            {node.nodeId}: {node.answered ? levelText(node) : 'no answer'}
          </li>
        ))}
      </ul>
      <div class="card-buttons">
        <button class="button compact" onClick={change}>
          Change the level
        </button>
      </div>
    </section>
  );
}

const levelText = ({ level, configuredLevel, until }: NodeLogLevel): string =>
  until === undefined || until === null ? level : `${level} until ${formatTime(until)}, then ${configuredLevel}`;

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly string[];
}

function Choice({ name, label, options }: ChoiceProps): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <select class="input" name={name}>
        {options.map((option) => (
          <option key={option} selected={option === options.at(-1)}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
