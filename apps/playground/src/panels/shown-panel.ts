/** Which panel is shown. Others than the side panel choose it too, such as a key or a button in the list of people. */
import { signal } from '@preact/signals';

export const shownPanel = signal('chat');

export function showPanel(id: string): void {
  shownPanel.value = id;
}
