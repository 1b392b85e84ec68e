/** Copies a command as code: for the SDK, and for the stock clients in JavaScript and Python. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { type CodeSamples, commandSamples, SAMPLE_LABELS } from '../../../../scripts/contracts/code-samples.mjs';
import { commands } from './event-reference';
import { useShown } from './use-shown';

interface CodeCopierProps {
  readonly name: string;
  readonly payload: unknown;
  /** Buttons beside these. */
  readonly children?: ComponentChildren;
}

export function CodeCopier({ name, payload, children }: CodeCopierProps): JSX.Element {
  const copied = useSignal<{ readonly code: string; readonly note: string } | undefined>(undefined);
  const copy = async (language: keyof CodeSamples, label: string): Promise<void> => {
    const isVolatile = commands.value?.get(name)?.isVolatile ?? false;
    const code = commandSamples(name, payload, isVolatile)[language];
    try {
      await navigator.clipboard.writeText(code);
      copied.value = { code, note: `Copied for ${label}.` };
    } catch {
      // Without permission, or on a page that is not served over HTTPS.
      copied.value = { code, note: 'The browser does not let pages copy here: select the code.' };
    }
  };
  const { value } = copied;
  const code = useShown<HTMLPreElement>(value);
  return (
    <>
      <div class="copier" role="group" aria-label="Copy as code">
        <span class="small muted">Copy as code</span>
        {SAMPLE_LABELS.map(([language, label]) => (
          <button key={language} type="button" class="button compact" onClick={() => void copy(language, label)}>
            {label}
          </button>
        ))}
        {children}
      </div>
      <p class="small muted copier-note" role="status">
        {value?.note}
      </p>
      {value && (
        <pre class="code" ref={code} tabIndex={0} role="group" aria-label="Code">
          {value.code}
        </pre>
      )}
    </>
  );
}
