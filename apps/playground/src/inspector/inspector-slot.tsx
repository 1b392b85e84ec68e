/** Where the inspector is shown. It is loaded when it is opened for the first time. */
import type { JSX } from 'preact';
import { Icon } from '../ui/icon';
import { lazyView } from '../ui/lazy-view';
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

const Inspector = lazyView<InspectorProps>(async () => (await import('./inspector')).Inspector);

export function InspectorSlot(props: InspectorProps): JSX.Element | null {
  return isInspectorOpen.value ? <Inspector {...props} /> : null;
}
