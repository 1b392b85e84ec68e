/** A field to search a list: it searches a moment after the last key. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const PAUSE_MS = 250;

interface SearchFieldProps {
  readonly label: string;
  readonly initial?: string;
  readonly onSearch: (text: string) => void;
}

export function SearchField({ label, initial = '', onSearch }: SearchFieldProps): JSX.Element {
  const [text, setText] = useState(initial);
  useEffect(() => {
    const timer = setTimeout(() => onSearch(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label class="field search">
      <span>{label}</span>
      <input
        class="input"
        type="search"
        value={text}
        autoComplete="off"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </label>
  );
}
