/** Notes of administrators about a user, which the user never sees. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { problemText } from '../../ui/problem-text';
import type { Admin } from '../admin';
import { formatTime } from '../ui/format';
import type { Person } from './person';

const MAX_LENGTH = 1_000;

interface PersonNotesProps {
  readonly admin: Admin;
  readonly person: Person;
  readonly onDone: () => void;
}

export function PersonNotes({ admin, person, onDone }: PersonNotesProps): JSX.Element {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    admin.api
      .post(`users/${person.id}/notes`, { text })
      .then(() => {
        setText('');
        setProblem('');
        onDone();
      })
      .catch((error: unknown) => setProblem(problemText(error)));
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
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <p class="problem" role="alert">
          {problem}
        </p>
        <button class="button compact" disabled={text.trim() === ''}>
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
