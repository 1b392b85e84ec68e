/** Short messages about what has just happened, which disappear by themselves. */
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
}

const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

export function showToast(text: string, isProblem = false): void {
  const id = (lastId += 1);
  toasts.value = [...toasts.value, { id, text, isProblem }].slice(-MAX_SHOWN);
  setTimeout(
    () => (toasts.value = toasts.value.filter((toast) => toast.id !== id)),
    isProblem ? PROBLEM_SHOWN_MS : SHOWN_MS,
  );
}

/** Runs what a button does, and shows why it has failed if it has. */
export function attempt(work: () => Promise<unknown>): void {
  work().catch((error: unknown) => showToast(problemText(error), true));
}

export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ id, text, isProblem }) => (
        <p key={id} class={isProblem ? 'toast is-problem' : 'toast'}>
          {text}
        </p>
      ))}
    </div>
  );
}
