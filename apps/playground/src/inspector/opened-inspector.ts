/** Whether the inspector is open, and with which command. `/?inspect=chat:message` opens it with a form for that command. */
import { signal } from '@preact/signals';

export const TOGGLE_ID = 'inspector-toggle';

export type InspectorView = 'traffic' | 'command';

const requested = new URLSearchParams(location.search).get('inspect');

export const isInspectorOpen = signal(requested !== null);
export const inspectorView = signal<InspectorView>(requested === null ? 'traffic' : 'command');
export const inspectedCommand = signal(requested ?? 'chat:message');

export function toggleInspector(): void {
  isInspectorOpen.value = !isInspectorOpen.value;
  if (!isInspectorOpen.value) document.getElementById(TOGGLE_ID)?.focus();
}
