/** Where the inspector is shown. It is loaded when it is opened for the first time. */
import { useSignal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Icon } from '../ui/icon';
import { attempt } from '../ui/toasts';
import type { InspectorProps } from './inspector-props';
import { isInspectorOpen, TOGGLE_ID, toggleInspector } from './opened-inspector';

export function InspectorToggle(): JSX.Element {
  return (
    <button
      id={TOGGLE_ID}
      class="button quiet square header-inspector"
      aria-expanded={isInspectorOpen.value}
      aria-label="Inspector"
      title="Inspector (I)"
      onClick={toggleInspector}
    >
      <Icon name="inspect" />
    </button>
  );
}

export function InspectorSlot({ play }: InspectorProps): JSX.Element | null {
  const loaded = useSignal<{ readonly View: ComponentType<InspectorProps> } | undefined>(undefined);
  const { value: isOpen } = isInspectorOpen;
  useEffect(() => {
    if (!isOpen || loaded.value) return;
    attempt(async () => {
      const { Inspector } = await import('./inspector');
      loaded.value = { View: Inspector };
    });
  }, [isOpen]);
  const { value } = loaded;
  return isOpen && value ? <value.View play={play} /> : null;
}
