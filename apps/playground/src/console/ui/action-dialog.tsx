/** Asks for the reason of an action, and for its subject typed once more if it is dangerous, and then does it. */
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { problemText } from '../../ui/problem-text';
import { showToast } from '../../ui/toasts';

const MAX_REASON = 200;

export interface Action {
  readonly title: string;
  readonly explanation: string;
  /** What the button says. */
  readonly label: string;
  /** Shown when it is done. */
  readonly done: string;
  /** Of the field for the reason, which only the audit log keeps unless it says otherwise. */
  readonly reasonLabel?: string;
  /** Must be typed to confirm a dangerous action. */
  readonly typed?: string;
  /** More fields, which `run` gets by their names. */
  readonly fields?: ComponentChildren;
  /** @throws RequestError, which is shown in the dialog. */
  run(reason: string, fields: FormData): Promise<unknown>;
}

const asked = signal<Action | undefined>(undefined);

export function askFor(action: Action): void {
  asked.value = action;
}

export function ActionDialog(): JSX.Element | null {
  const { value: action } = asked;
  return action ? <OpenDialog key={action.title} action={action} /> : null;
}

function OpenDialog({ action }: { readonly action: Action }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const close = (): void => void (asked.value = undefined);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const reason = fields.get('reason');
    setBusy(true);
    action
      .run(typeof reason === 'string' ? reason.trim() : '', fields)
      .then(() => {
        close();
        showToast(action.done);
      })
      .catch((error: unknown) => setProblem(problemText(error)))
      .finally(() => setBusy(false));
  };
  const isConfirmed = action.typed === undefined || typed === action.typed;
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="dialog-title" onClose={close}>
      <form class="dialog-form" onSubmit={submit}>
        <h2 id="dialog-title">{action.title}</h2>
        <p class="muted">{action.explanation}</p>
        {action.fields}
        <label class="field">
          <span>{action.reasonLabel ?? 'Reason, kept in the audit log'}</span>
          <input class="input" name="reason" maxLength={MAX_REASON} required autoComplete="off" />
        </label>
        {action.typed !== undefined && (
          <label class="field">
            <span>
              Type <strong>{action.typed}</strong> to confirm
            </span>
            <input
              class="input"
              value={typed}
              autoComplete="off"
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          </label>
        )}
        <p class="problem" role="alert">
          {problem}
        </p>
        <div class="dialog-buttons">
          <button type="button" class="button quiet" onClick={close}>
            Cancel
          </button>
          <button
            class={action.typed === undefined ? 'button primary' : 'button danger'}
            disabled={!isConfirmed || isBusy}
          >
            {action.label}
          </button>
        </div>
      </form>
    </dialog>
  );
}
