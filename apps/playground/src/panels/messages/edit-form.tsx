/** Changes the text of a message in its place. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

interface EditFormProps {
  readonly text: string;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

export function EditForm({ text, onSave, onCancel }: EditFormProps): JSX.Element {
  const [changed, setChanged] = useState(text);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (changed.trim() !== '') onSave(changed.trim());
  };
  return (
    <form class="edit-form" onSubmit={submit}>
      <input
        class="input"
        aria-label="Changed text"
        value={changed}
        onInput={({ currentTarget }) => setChanged(currentTarget.value)}
      />
      <div class="row-actions">
        <button class="button compact primary">Save</button>
        <button type="button" class="button compact quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
