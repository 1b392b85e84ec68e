/** Asks for the reason of an action, and for its subject typed once more if it is dangerous, and then runs it. */
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { problemText } from '../../ui/problem-text';
import { showToast } from '../../ui/toasts';
import { useWork } from './work';

const MAX_REASON = 200;

export interface Action {
  readonly title: string;
  readonly explanation: string;
  /** What the button says. */
  readonly label: string;
  /** Shown when it is done. */
  readonly done: string;
  /** False for what explains itself: no reason is asked for. */
  readonly hasReason?: boolean;
  /** Of the field for the reason, which only the audit log keeps unless it says otherwise. */
  readonly reasonLabel?: string;
  /** Must be typed to confirm a dangerous action. */
  readonly typed?: string;
  /** More fields, which `run` gets by their names. */
  readonly fields?: ComponentChildren;
  /** @throws RequestError, which is shown in the dialog, or in a toast if the dialog was closed meanwhile. */
  run(reason: string, fields: FormData): Promise<unknown>;
}

const asked = signal<Action | undefined>(undefined);

export function askFor(action: Action): void {
  asked.value = action;
}

/** When what the action is about is not shown any more. A run that has begun goes on. */
export function closeDialog(): void {
  asked.value = undefined;
}

export function ActionDialog(): JSX.Element | null {
  const { value: action } = asked;
  return action ? <OpenDialog key={action.title} action={action} /> : null;
}

function OpenDialog({ action }: { readonly action: Action }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const { isBusy, problem, run } = useWork();
  useEffect(() => dialog.current?.showModal(), []);
  // The dialog of another action may be open by the time this one has ended.
  const isOpen = (): boolean => asked.value === action;
  const close = (): void => {
    if (isOpen()) closeDialog();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const reason = fields.get('reason');
    run(async () => {
      try {
        await action.run(typeof reason === 'string' ? reason.trim() : '', fields);
      } catch (error) {
        if (isOpen()) throw error;
        return showToast(`${action.title}: ${problemText(error)}`, true);
      }
      close();
      showToast(action.done);
    });
  };
  const isConfirmed = action.typed === undefined || typed === action.typed;
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="dialog-title"
      aria-busy={isBusy}
      // Esc would look as if it stopped what has begun.
      onCancel={(event) => isBusy && event.preventDefault()}
      onClose={close}
    >
      <form class="dialog-form" onSubmit={submit}>
        <h2 id="dialog-title">{action.title}</h2>
        <p class="muted">{action.explanation}</p>
        {action.fields}
        {action.hasReason !== false && (
          <label class="field">
            <span>{action.reasonLabel ?? 'Reason, kept in the audit log'}</span>
            <input class="input" name="reason" maxLength={MAX_REASON} required autoComplete="off" />
          </label>
        )}
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
          <button type="button" class="button quiet" disabled={isBusy} onClick={close}>
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
