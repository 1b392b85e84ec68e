/** What the inspector keeps of one play while it is closed: nothing of it is shown after another login. */
import { signal } from '@preact/signals';
import type { TrafficEntry } from '../connection/traffic-log';
import type { Play } from '../play/play';
import { inspectedCommand, inspectorView } from './opened-inspector';

export class InspectorMemory {
  readonly filter = signal('');
  /** Whether movement and pings are left out. */
  readonly isFrequentHidden = signal(true);
  /** What was there when the list was paused; undefined while it runs. */
  readonly paused = signal<readonly TrafficEntry[] | undefined>(undefined);
  /** The payload in the form as JSON; undefined: the example of the reference. */
  readonly draft = signal<string | undefined>(undefined);

  /** Shows this command in the form; without a payload, with its example. */
  draftCommand(name: string, json?: string): void {
    inspectedCommand.value = name;
    this.draft.value = json;
    inspectorView.value = 'command';
  }
}

const memories = new WeakMap<Play, InspectorMemory>();

export function memoryOf(play: Play): InspectorMemory {
  const known = memories.get(play) ?? new InspectorMemory();
  memories.set(play, known);
  return known;
}
