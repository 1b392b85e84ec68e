/** Notes of administrators about a user, which the user never sees. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Admin } from '../admin';
import { formatTime } from '../ui/format';
import { useWork } from '../ui/work';
import type { Person } from './person';

const MAX_LENGTH = 1_000;

interface PersonNotesProps {
  readonly admin: Admin;
  readonly person: Person;
  readonly onDone: () => void;
}

export function PersonNotes({ admin, person, onDone }: PersonNotesProps): JSX.Element {
  const [text, setText] = useState('');
  const { isBusy, problem, run } = useWork();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    run(async () => {
      await admin.api.post(`users/${person.id}/notes`, { text });
      setText('');
      onDone();
    });
  };
  const { notes, next } = person.notes;
  return (
    <section class="card" aria-label="Notes">
      <h2>Notes</h2>
      <form class="note-form" onSubmit={submit}>
        <label class="field">
          <span>New note, which administrators alone see</span>
          <textarea
            class="input"
            rows={2}
            maxLength={MAX_LENGTH}
            required
            // What is typed while the note is stored would be cleared with it.
            readOnly={isBusy}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <p class="problem" role="alert">
          {problem}
        </p>
        <button class="button compact" disabled={isBusy || text.trim() === ''}>
          Add the note
        </button>
      </form>
      <ul class="notes">
        {notes.map(({ id, author, text: written, createdAt }) => (
          <li key={id}>
            <p class="small muted">
              {author.name} · {formatTime(createdAt)}
            </p>
            <p class="note-text">{written}</p>
          </li>
        ))}
      </ul>
      {next !== undefined && <p class="small muted">Older notes: the admin API lists them.</p>}
    </section>
  );
}
