/** Writes an announcement, with a preview of it and of how many will get it, and sends it once that is confirmed. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { getJson } from '../../session/account-api';
import { askFor } from '../ui/action-dialog';
import { useLoaded } from '../ui/loaded';
import { useSettled } from '../ui/settled';
import { UnansweredNote } from '../ui/unanswered-note';
import type { View, ViewProps } from '../view';

const TARGETS = [
  { target: 'all', label: 'Everyone', idLabel: undefined },
  { target: 'zone', label: 'A zone', idLabel: 'Zone' },
  { target: 'room', label: 'A room', idLabel: 'Name of the room' },
  { target: 'user', label: 'One user', idLabel: 'Id of the user' },
] as const;
const LEVELS = ['info', 'warning', 'critical'] as const;
const MAX_LENGTH = 1_000;
/** How often the number of users is counted again, in milliseconds. */
const COUNT_MS = 10_000;

interface ZoneChoice {
  readonly id: string;
  readonly name: string;
}

interface Reach {
  readonly users: number;
  readonly connections: number;
  readonly unansweredNodes: readonly string[];
}

function BroadcastsView({ admin }: ViewProps): JSX.Element {
  const [target, setTarget] = useState<(typeof TARGETS)[number]['target']>('all');
  const [id, setId] = useState('');
  const [level, setLevel] = useState<(typeof LEVELS)[number]>('info');
  const [message, setMessage] = useState('');
  const { idLabel } = TARGETS.find((option) => option.target === target) ?? TARGETS[0];
  const address = idLabel === undefined ? { target } : { target, id };
  const isAddressed = idLabel === undefined || id !== '';
  const key = `${target}/${id}`;
  const { value: counted, problem: countProblem } = useLoaded(
    async () => ({ key, reach: isAddressed ? await admin.api.post<Reach>('broadcasts/preview', address) : undefined }),
    COUNT_MS,
    useSettled(key),
  );
  // The count of the target before this one is not shown.
  const reach = counted?.key === key ? counted.reach : undefined;
  const choose = (next: typeof target): void => {
    setTarget(next);
    setId('');
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!reach) return;
    askFor({
      title: `Send to ${target === 'all' ? 'everyone' : `${target} ${id}`}`,
      explanation: `${reachText(reach)}. The audit log keeps the text.`,
      label: 'Send',
      done: 'The announcement was sent',
      hasReason: false,
      run: async () => {
        await admin.api.post('broadcasts', { ...address, level, message });
        setMessage('');
      },
    });
  };
  return (
    <>
      <h1>Broadcasts</h1>
      <form class="broadcast" onSubmit={submit}>
        <fieldset class="choices">
          <legend>To</legend>
          {TARGETS.map((option) => (
            <label key={option.target} class="choice">
              <input
                type="radio"
                name="target"
                checked={option.target === target}
                onChange={() => choose(option.target)}
              />
              {option.label}
            </label>
          ))}
        </fieldset>
        {target === 'zone' && <ZoneField id={id} onChange={setId} />}
        {idLabel !== undefined && target !== 'zone' && (
          <label class="field">
            <span>{idLabel}</span>
            <input
              class="input"
              value={id}
              required
              autoComplete="off"
              onInput={({ currentTarget }) => setId(currentTarget.value.trim())}
            />
          </label>
        )}
        <fieldset class="choices">
          <legend>Level</legend>
          {LEVELS.map((option) => (
            <label key={option} class="choice">
              <input type="radio" name="level" checked={option === level} onChange={() => setLevel(option)} />
              {option}
            </label>
          ))}
        </fieldset>
        <label class="field">
          <span>Message</span>
          <textarea
            class="input"
            rows={4}
            maxLength={MAX_LENGTH}
            required
            value={message}
            onInput={({ currentTarget }) => setMessage(currentTarget.value)}
          />
        </label>
        <section class="preview" aria-label="Preview">
          <h2>Preview</h2>
          <p class={`announcement level-${level}`}>{message || 'The text of the announcement'}</p>
          {isAddressed &&
            (countProblem ?? (
              <p class="small muted" role="status">
                {reach ? reachText(reach) : 'Counting …'}
              </p>
            ))}
          <UnansweredNote nodes={reach?.unansweredNodes ?? []} />
        </section>
        <button class="button primary" disabled={message.trim() === '' || !reach || countProblem !== null}>
          Send the announcement
        </button>
      </form>
    </>
  );
}

interface ZoneFieldProps {
  readonly id: string;
  readonly onChange: (id: string) => void;
}

function ZoneField({ id, onChange }: ZoneFieldProps): JSX.Element {
  const { value, problem } = useLoaded(() => getJson<{ zones: readonly ZoneChoice[] }>('/api/zones'));
  return (
    <>
      <label class="field">
        <span>Zone</span>
        <select class="input" required value={id} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          <option value="">Choose a zone</option>
          {value?.zones.map((zone) => (
            <option key={zone.id} value={zone.id}>
              {zone.name}
            </option>
          ))}
        </select>
      </label>
      {problem}
    </>
  );
}

const reachText = ({ users, connections }: Reach): string => `${users} users on ${connections} connections get it now`;

export const broadcastsView: View = { id: 'broadcasts', title: 'Broadcasts', icon: 'megaphone', View: BroadcastsView };
