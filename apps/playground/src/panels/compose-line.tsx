/** A field for one line, with the button that sends it. */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../ui/icon';
import { attempt } from '../ui/toasts';

interface ComposeLineProps {
  readonly id: string;
  /** What is written here, for those who do not see the field. */
  readonly label: string;
  readonly maxLength: number;
  readonly onSend: (text: string) => Promise<unknown>;
  readonly onTyping?: () => void;
  readonly children?: ComponentChildren;
}

export function ComposeLine({ id, label, maxLength, onSend, onTyping, children }: ComposeLineProps): JSX.Element {
  const [text, setText] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    const line = text.trim();
    if (line === '') return;
    setText('');
    attempt(() =>
      onSend(line).catch((error: unknown) => {
        // The visitor may have begun another line.
        setText((current) => (current === '' ? line : current));
        throw error;
      }),
    );
  };
  return (
    <form class="compose" onSubmit={submit}>
      {children}
      <input
        id={id}
        class="input"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        maxLength={maxLength}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          if (currentTarget.value !== '') onTyping?.();
        }}
      />
      <button class="button square primary" aria-label="Send" disabled={text.trim() === ''}>
        <Icon name="send" />
      </button>
    </form>
  );
}
