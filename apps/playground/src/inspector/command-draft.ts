/** The command that the visitor writes in the form: its name and its payload as JSON. */
import { signal } from '@preact/signals';
import { inspectedCommand, inspectorView } from './opened-inspector';

/** Undefined: the example of the reference. */
export const draft = signal<string | undefined>(undefined);

/** Shows this command in the form; without a payload, with its example. */
export function draftCommand(name: string, json?: string): void {
  inspectedCommand.value = name;
  draft.value = json;
  inspectorView.value = 'command';
}
