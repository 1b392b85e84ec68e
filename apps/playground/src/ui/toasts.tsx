/** Short messages about what has just happened, which disappear by themselves unless they must be dismissed. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { problemText } from './problem-text';
import './toasts.css';

const SHOWN_MS = 5_000;
/** Problems explain themselves, such as the reason and the end of a ban: reading them takes longer. */
const PROBLEM_SHOWN_MS = 12_000;
const MAX_SHOWN = 3;

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isProblem: boolean;
  readonly isLasting: boolean;
}

const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

/** @param isLasting until the visitor dismisses it. */
export function showToast(text: string, isProblem = false, isLasting = false): void {
  const id = (lastId += 1);
  toasts.value = [...toasts.value, { id, text, isProblem, isLasting }].filter(
    (toast, index, { length }) => toast.isLasting || index >= length - MAX_SHOWN,
  );
  if (!isLasting) setTimeout(() => dismiss(id), isProblem ? PROBLEM_SHOWN_MS : SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Runs what a button does, and shows why it has failed if it has. */
export function attempt(work: () => Promise<unknown>): void {
  work().catch((error: unknown) => showToast(problemText(error), true));
}

export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ id, text, isProblem, isLasting }) => (
        <p key={id} class={`toast ${isProblem ? 'is-problem' : ''} ${isLasting ? 'is-lasting' : ''}`}>
          {text}
          {isLasting && (
            <button class="button compact" onClick={() => dismiss(id)}>
              Dismiss
            </button>
          )}
        </p>
      ))}
    </div>
  );
}
