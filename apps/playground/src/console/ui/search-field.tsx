/** A field to search a list: it searches a moment after the last key. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useSettled } from './settled';

interface SearchFieldProps {
  readonly label: string;
  readonly initial?: string;
  readonly onSearch: (text: string) => void;
}

export function SearchField({ label, initial = '', onSearch }: SearchFieldProps): JSX.Element {
  const [text, setText] = useState(initial);
  const settled = useSettled(text.trim());
  useEffect(() => onSearch(settled), [settled]);
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
